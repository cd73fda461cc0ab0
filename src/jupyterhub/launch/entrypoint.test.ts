import { describe, expect, it } from 'vitest';
import { answer, launch, noAnswer, running } from '../../../test/support/launches/launches.ts';
import { ended } from '../../../test/support/pods.ts';
import { judgeEntrypoint } from './entrypoint.ts';
import { probeOutcome } from './probeOutcome.ts';

describe('the entrypoint', () => {
  it.each([
    ['the server said nothing to the Hub', noAnswer(), '', 'suspect'],
    ['the server asked the Hub', noAnswer({ hubCalls: ['version'] }), '', 'cleared'],
    [
      'the log is of a jupyterhub-singleuser',
      noAnswer(),
      '[I JupyterHubSingleUser] Starting jupyterhub single-user server extension version 5.5.4\n',
      'cleared',
    ],
  ] as const)('%s', (_, agent, log, entrypoint) => {
    expect(probeOutcome(launch(running, agent, {}, log))).toMatchObject({ entrypoint });
  });

  const first = { reason: 'LaunchTimeout', message: 'nothing answered', entrypoint: 'suspect', log: 'hello' } as const;

  it('is guilty when the image serves without it', () => {
    const second = probeOutcome(launch(running, answer({})));
    expect(judgeEntrypoint(first, second)).toMatchObject({
      is: 'refused',
      reason: 'EntrypointBlocksCommand',
      log: 'hello',
    });
  });

  it('is innocent when the image does not serve without it either: the first launch stands', () => {
    const second = probeOutcome(launch(ended(127), running, {}, 'jupyterhub-singleuser: not found'));
    expect(judgeEntrypoint(first, second)).toMatchObject({
      reason: 'LaunchTimeout',
      message: 'nothing answered',
      entrypoint: 'cleared',
    });
  });

  it.each([
    ['goes on', running, running, 'running'],
    ['needs its log', ended(1), running, 'needsLog'],
    ['shows nothing', running, ended(11), 'inconclusive'],
  ] as const)('is undecided while the second launch %s', (_, server, agent, is) => {
    expect(judgeEntrypoint(first, probeOutcome(launch(server, agent, {}, null))).is).toBe(is);
  });
});
