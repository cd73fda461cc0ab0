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

  const first = {
    reason: 'LaunchTimeout',
    message: 'nothing answered',
    entrypoint: 'suspect',
    fault: null,
    log: 'hello',
    doubt: 'none',
  } as const;

  it('is guilty when the image serves without it', () => {
    const second = probeOutcome(launch(running, answer({})));
    expect(judgeEntrypoint(first, second)).toMatchObject({
      is: 'refused',
      reason: 'EntrypointBlocksCommand',
      message: expect.stringContaining('end the entrypoint with exec "$@"'),
      log: 'hello',
    });
  });

  const deaths = [
    [
      1,
      'boom: no configuration\n',
      'ended with exit code 1 before it ran the command of the Hub: boom: no configuration',
    ],
    [
      2,
      "/entrypoint.sh: 2: cd: can't cd to work\n",
      'ended with exit code 2 before it ran the command of the Hub: /entrypoint',
    ],
    [
      127,
      '/entrypoint.sh: line 2: module: command not found\n',
      'needs a program that the image does not contain: /entry',
    ],
    [
      127,
      'env: ‘jupyterhub-singleuser’: No such file or directory\n',
      'does not find jupyterhub-singleuser: let it keep PATH',
    ],
    [1, "KeyError: 'Missing required environment $JUPYTERHUB_SERVICE_URL'\n", 'does not keep its environment'],
    [0, 'jupyterhub-singleuser\n', 'does not run the command of the Hub: end the entrypoint with exec'],
  ] as const;
  it.each(deaths)('that ends with %i and %j is distinguished from others', (exitCode, log, words) => {
    const died = probeOutcome(launch(ended(exitCode), running, {}, log));
    if (died.is !== 'refused') {
      throw new Error(`the launch is ${died.is}`);
    }
    const judged = judgeEntrypoint(died, probeOutcome(launch(running, answer({}))));
    expect(judged).toMatchObject({ reason: 'EntrypointBlocksCommand' });
    expect('message' in judged && judged.message).toContain(`the image serves without its entrypoint, which ${words}`);
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
