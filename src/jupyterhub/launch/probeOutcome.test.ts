import { describe, expect, it } from 'vitest';
import { endedEntrypoints } from '../../../test/support/launches/endedEntrypoints.ts';
import { endedState } from '../../../test/support/launches/endedLaunch.ts';
import { endedLaunches } from '../../../test/support/launches/endedLaunches.ts';
import { answer, hub, launch, noAnswer, running, waiting } from '../../../test/support/launches/launches.ts';
import { ended, noon } from '../../../test/support/pods.ts';
import { type HubReason, hubReasons } from '../../api/reasons/verdictReasons.ts';
import type { ContainerState } from '../../kaniko/run.ts';
import { classifyEnd } from './launchFailures.ts';
import { probeOutcome } from './probeOutcome.ts';

/** Reason and message of any outcome. */
function summary(outcome: ReturnType<typeof probeOutcome>) {
  return 'reason' in outcome ? `${outcome.is} ${outcome.reason}: ${outcome.message}` : outcome.is;
}

describe('a server that ended', () => {
  it.each([...endedLaunches, ...endedEntrypoints])('$name: $verdict', (row) => {
    const outcome = probeOutcome(launch(endedState(row), running, {}, row.log));
    expect(outcome).toMatchObject({ is: 'refused', reason: row.verdict, entrypoint: row.entrypoint });
    expect(summary(outcome)).toContain(row.words);
  });

  it('is judged by the end of its log in the container state when the log is gone', () => {
    const kept = ended(127, 'sh: 1: exec: jupyterhub-singleuser: not found');
    expect(probeOutcome(launch(kept, running, {}, ''))).toMatchObject({ reason: 'SingleuserMissing' });
  });

  it('shows its last lines, without control characters', () => {
    const outcome = probeOutcome(launch(ended(1), running, {}, '\u001B[31mboom\u001B[0m\u0007\n'));
    expect(outcome).toMatchObject({ log: 'boom' });
  });

  it.each([
    '/'.repeat(100_000),
    `exec: "${'x/'.repeat(50_000)}`,
    "'".repeat(100_000),
    ': '.repeat(50_000),
    'a/\n'.repeat(50_000),
  ])('is classified quickly for any output (%#)', (garbage) => {
    expect(classifyEnd({ exitCode: 1, reason: 'Error', message: '', log: garbage }, hub).reason).toBe('LaunchFailed');
  });
});

describe('probeOutcome', () => {
  it("reads the mock Hub's answer", () => {
    expect(probeOutcome(launch(running, answer({})))).toEqual({
      is: 'answered',
      facts: { singleuserVersion: '5.2.1', serverVersion: '2.20.0', launchMilliseconds: 904 },
    });
  });

  it.each([
    ['nothing answers', running, noAnswer(), 'refused LaunchTimeout', 'port 8888 within 120 s'],
    ['errors only', running, noAnswer({ why: 'failing', status: 503 }), 'refused LaunchFailed', 'HTTP 503'],
    [
      'a plain Jupyter',
      running,
      noAnswer({ why: 'noHubVersion', status: 404 }),
      'refused NoHubAuth',
      'jupyterhub-singleuser',
    ],
    ['no page', running, noAnswer({ why: 'pageFailing', status: 404 }), 'refused ServerMissing', 'add "jupyterlab"'],
    ['a broken page', running, noAnswer({ why: 'pageFailing', status: 500 }), 'refused LaunchFailed', 'HTTP 500'],
    [
      'no page of an own address',
      running,
      noAnswer({ why: 'pageFailing', status: 404, page: 'shiny/' }),
      'refused ServerMissing',
      'first page "shiny/" is not found (HTTP 404): install what serves this page',
    ],
    [
      'no page of JupyterLab',
      running,
      noAnswer({ why: 'pageFailing', status: 404, page: 'lab' }),
      'refused ServerMissing',
      'add "jupyterlab"',
    ],
    ['silent after an answer', running, noAnswer({ why: 'gone' }), 'refused LaunchFailed', 'but stopped soon after'],
    ['ended after an answer', ended(3), noAnswer({ why: 'gone' }), 'refused LaunchFailed', 'ended with exit code 3'],
    ['ended after all was well', ended(3), answer({}), 'refused LaunchFailed', 'ended with exit code 3'],
    ['not yet over', running, running, 'running ProbePending', 'is launching the image'],
    [
      'not yet started',
      waiting('ContainerCreating'),
      waiting('ContainerCreating'),
      'running ProbePending',
      'is preparing the launch',
    ],
    [
      'no access to the image',
      waiting('ImagePullBackOff', '401 Unauthorized'),
      running,
      'running ImagePullFailed',
      'with the Secrets registry: 401',
    ],
    [
      'no access to our own image',
      running,
      waiting('ErrImagePull', 'no such host'),
      'running ImagePullFailed',
      "the operator's image",
    ],
    [
      'the runtime finds no program',
      waiting('CreateContainerError', 'exec: "jupyterhub-singleuser": executable file not found in $PATH'),
      waiting(''),
      'refused SingleuserMissing',
      'packages.pip',
    ],
    [
      'the kubelet refuses root',
      waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root'),
      running,
      'refused NotRunnableAsNonRoot',
      'uid 1000',
    ],
    [
      'the runtime is busy',
      waiting('CreateContainerError', 'context deadline exceeded'),
      running,
      'running ProbePending',
      'context deadline exceeded',
    ],
    [
      'our own container fails',
      running,
      ended(11, 'the port is taken'),
      'inconclusive ProbePending',
      'exit code 11: the port is taken',
    ],
    [
      'our own container says nonsense',
      running,
      ended(0, '{"v":1,"ready":true}'),
      'inconclusive ProbePending',
      'exit code 0',
    ],
  ] as const)('%s', (_, server, agent, expected, words) => {
    const outcome = summary(probeOutcome(launch(server, agent)));
    expect(outcome).toContain(`${expected}: `);
    expect(outcome).toContain(words);
  });

  it.each([
    [
      'evicted',
      { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
      'ProbePending',
      'low on resource',
    ],
    ['preempted', { phase: 'Failed', disruption: 'PreemptionByScheduler' }, 'ProbePending', 'PreemptionByScheduler'],
    ['node lost', { phase: 'Failed', reason: 'NodeLost' }, 'ProbePending', 'NodeLost'],
    ['node shut down', { phase: 'Failed', reason: 'Terminated' }, 'ProbePending', 'Terminated'],
    ['deleted', { deletedAt: noon }, 'ProbePending', 'deleted'],
    [
      'over its time',
      { phase: 'Failed', reason: 'DeadlineExceeded' },
      'ProbePending',
      'showed nothing about the image',
    ],
  ] as const)('%s never gives the verdict False', (_, pod, reason, words) => {
    const outcome = probeOutcome(launch(ended(137, '', 'Error'), ended(137), pod, 'Permission denied\n'));
    expect(outcome).toMatchObject({ is: 'inconclusive', reason });
    expect(summary(outcome)).toContain(words);
  });

  it.each([
    [
      'no node has room',
      launch(waiting(''), waiting(''), { phase: 'Pending', unschedulable: '0/3 nodes are available' }),
      'running ProbeUnschedulable: no node takes the launch: 0/3 nodes',
    ],
    [
      'never pulled',
      launch(waiting('ImagePullBackOff', 'timeout'), waiting(''), { phase: 'Failed', reason: 'DeadlineExceeded' }),
      'inconclusive ImagePullFailed: the image could not be pulled in time: timeout',
    ],
    [
      'lost by the node',
      launch(ended(137, '', 'ContainerStatusUnknown'), running),
      'inconclusive ProbePending: the node lost',
    ],
    [
      'over, without a word',
      launch(waiting(''), waiting(''), { phase: 'Failed' }),
      'inconclusive ProbePending: the launch is over',
    ],
  ] as const)('%s', (_, seen, expected) => {
    expect(summary(probeOutcome(seen))).toContain(expected);
  });

  it.each([
    [
      'was still being pulled',
      waiting('ImagePullBackOff', 'no such host'),
      'inconclusive ImagePullFailed: the image was not pulled in time: no such host',
    ],
    [
      'came too late',
      { is: 'running', startedAt: noon + 60_000 } as const,
      'inconclusive ProbePending: the image was pulled too late',
    ],
  ] as const)('does not trust a probe of an image that %s', (_, server, expected) => {
    expect(summary(probeOutcome(launch(server, noAnswer())))).toContain(expected);
  });

  it.each([
    ['that still runs', running, noAnswer({ why: 'noHubVersion' })],
    ['that ended', ended(1), running],
  ] as const)('redacts the token of a server %s', (_, server, agent) => {
    const token = 'f85d62956b5c231dcce6647fd9a1992b8dc7b7104fd899de';
    const outcome = probeOutcome(launch(server, agent, {}, `http://127.0.0.1:8888/?token=${token}\n`));
    expect(outcome.is).toBe('refused');
    expect(JSON.stringify(outcome)).not.toContain(token);
  });

  it('keeps an answer from before the Pod was ended from outside', () => {
    const pod = { phase: 'Failed', reason: 'DeadlineExceeded' } as const;
    expect(probeOutcome(launch(ended(137), answer({}), pod)).is).toBe('answered');
  });

  it('waits for a decisive log, but not for one that cannot exist', () => {
    expect(probeOutcome(launch(ended(1), running, {}, null))).toEqual({ is: 'needsLog', container: 'server' });
    expect(probeOutcome(launch(running, noAnswer(), {}, null))).toEqual({ is: 'needsLog', container: 'server' });
    expect(probeOutcome(launch(running, answer({}), {}, null)).is).toBe('answered');
    const never = ended(128, 'exec: "jupyterhub-singleuser": executable file not found in $PATH', 'StartError');
    expect(probeOutcome(launch(never, running, {}, null))).toMatchObject({ reason: 'SingleuserMissing' });
  });

  it('does not blame the image for a late mock Hub', () => {
    const log = 'Failed to connect to my Hub at http://127.0.0.1:8081/hub/api (attempt 5/5). Is it running?\n';
    const late: ContainerState = { is: 'running', startedAt: noon + 40_000 };
    for (const agent of [waiting('ContainerCreating'), late]) {
      expect(probeOutcome(launch(ended(1), agent, {}, log))).toMatchObject({
        is: 'inconclusive',
        reason: 'ProbePending',
      });
    }
    expect(probeOutcome(launch(ended(1), running, {}, log))).toMatchObject({ is: 'refused', reason: 'LaunchFailed' });
  });

  it('names the error of a page that fails, from the log', () => {
    const log =
      "  File \"/opt/conda/lib/python3.11/site-packages/x.py\", line 3\n    jinja2.exceptions.TemplateNotFound: page.html\nAttributeError: module 'y' has no attribute 'z'\n500 GET /user/probe/lab\n";
    const outcome = probeOutcome(launch(running, noAnswer({ why: 'pageFailing', status: 500, page: 'lab' }), {}, log));
    expect(summary(outcome)).toContain(
      "its first page \"lab\" is an error (HTTP 500): AttributeError: module 'y' has no attribute 'z'",
    );
  });

  it.each([
    ['silent', null, 'busyNode'],
    ['failing', 503, 'busyNode'],
    ['gone', null, 'busyNode'],
    ['pageFailing', 500, 'busyNode'],
    ['pageFailing', 404, 'none'],
    ['noHubVersion', 404, 'none'],
  ] as const)('doubts a server that is %s (%s): %s', (why, status, doubt) => {
    expect(probeOutcome(launch(running, noAnswer({ why, status })))).toMatchObject({ is: 'refused', doubt });
    expect(probeOutcome(launch(ended(1), noAnswer({ why, status })))).toMatchObject({ is: 'refused', doubt: 'none' });
  });

  it('gives each outcome a reason with a matching status', () => {
    const statusOf = (outcome: ReturnType<typeof probeOutcome>) =>
      'reason' in outcome ? hubReasons[outcome.reason satisfies HubReason].status : undefined;
    expect(statusOf(probeOutcome(launch(running, running)))).toBe('Unknown');
    expect(statusOf(probeOutcome(launch(running, noAnswer())))).toBe('False');
  });
});
