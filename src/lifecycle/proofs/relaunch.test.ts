import { describe, expect, it } from 'vitest';
import { createdBy, pushed, withContainers } from '../../../test/support/launches/checkPods.ts';
import { image, spec } from '../../../test/support/observations.ts';
import { condition, follow } from '../../../test/support/passes.ts';
import { ended, noon } from '../../../test/support/pods.ts';
import { requestMark } from '../../kaniko/identity.ts';
import type { CheckRun } from '../model/checkPod.ts';
import type { Answer } from '../model/question.ts';

const running = { is: 'running', startedAt: noon } as const;
const served = JSON.stringify({
  v: 1,
  ready: true,
  status: 200,
  singleuser: '5.2.1',
  server: '2.20.0',
  ms: 904,
  page: 200,
  hubCalls: ['version'],
});
const silent = JSON.stringify({ v: 1, ready: false, why: 'silent', status: null, ms: 120_000, hubCalls: ['version'] });
const refused = { hub: running, server: ended(1) };

/** The containers of a launch whose mock Hub has said this. */
function visited(said: string) {
  return { hub: ended(0, said), server: running };
}

/** The log of the server of a launch, as the operator has read it. */
function logOf({ pod }: CheckRun, value: string): Answer {
  const question = { ask: 'log', pod: pod.ref, container: 'server' } as const;
  return { question, reply: { is: 'known', value }, at: noon, failures: 0 };
}

const seen = pushed({}, { listedImage: image });

describe('a launch that is not the last', () => {
  it('is tried once more before it counts, where a node with too little processor time may have spoilt it', () => {
    const first = createdBy(seen);
    expect(first.identity).toMatchObject({ attempt: 1, trial: 'first' });
    const late = withContainers(first, visited(silent));
    const answers = [...seen.answers, logOf(first, '')];
    const tried = follow({ ...seen, answers, checkPods: [late] });
    expect(condition(tried.seen.status, 'JupyterHubCompatible')).toBe('Unknown ProbePending');
    const second = createdBy({ ...seen, answers, checkPods: [late] });
    expect(second.identity).toMatchObject({ attempt: 2, command: 'kept', trial: 'second' });
    const good = withContainers(second, visited(served));
    const proven = follow({ ...seen, answers, checkPods: [late, good] });
    expect(condition(proven.seen.status, 'JupyterHubCompatible')).toBe('True LaunchVerified');
    const lateAgain = withContainers(second, visited(silent));
    const counted = follow({ ...seen, answers: [...answers, logOf(second, '')], checkPods: [late, lateAgain] });
    expect(condition(counted.seen.status, 'JupyterHubCompatible')).toBe('False LaunchTimeout');
  });

  it('leaves its log in the status, cleaned, until another one succeeds', () => {
    const first = withContainers(createdBy(seen), refused);
    const log = logOf(first, 'starting\n\u001B[31mboom\u001B[0m ?token=0123456789abcdef0123\n');
    const open = { ...seen, checkPods: [first], answers: [...seen.answers, log] };
    // The entrypoint is suspected, and a second launch decides.
    expect(follow(open).seen.status.jupyterHub?.log).toBeUndefined();
    const second = withContainers(createdBy(open), refused);
    const both = { ...seen, checkPods: [first, second], answers: [...open.answers, logOf(second, 'other')] };
    const { status } = follow(both).seen;
    expect(status.jupyterHub?.log).toBe('starting\nboom ?token=[redacted]');
    const later = follow({ ...seen, status, now: noon + 1000 }).seen.status;
    expect(later.jupyterHub?.log).toBe('starting\nboom ?token=[redacted]');
  });

  it('is made again on request, without a build, and the request is handled with the new verdict', () => {
    const check = withContainers(createdBy(seen), refused);
    const answers = [...seen.answers, logOf(check, '/opt/x.so: invalid ELF header')];
    const { status } = follow({ ...seen, checkPods: [check], answers }).seen;
    expect(condition(status, 'JupyterHubCompatible')).toBe('False LaunchFailed');
    const asked = { ...seen, answers, status, requests: { ...seen.requests, launch: 'now' } };
    // The Pod of the launch before does not answer the request.
    const again = createdBy({ ...asked, checkPods: [check] });
    expect(again.identity).toMatchObject({ role: 'probe', attempt: 1, request: requestMark('now') });
    const open = follow({ ...asked, checkPods: [again] });
    expect(condition(open.seen.status, 'JupyterHubCompatible')).toBe('Unknown ProbePending');
    expect(condition(open.seen.status, 'Ready')).toBe('True BuildSucceeded');
    expect(open.seen.status.lastHandledLaunch).toBeUndefined();
    const good = withContainers(again, visited(served));
    const proven = follow({ ...asked, checkPods: [good] });
    expect(condition(proven.seen.status, 'JupyterHubCompatible')).toBe('True LaunchVerified');
    expect(proven.seen.status.jupyterHub?.log).toBeUndefined();
    expect(proven.seen.status.lastHandledLaunch).toBe('now');
    const rest = follow({ ...asked, status: proven.seen.status, now: noon + 5000 });
    expect([rest.decision.next, rest.seen.status]).toEqual(['rest', proven.seen.status]);
  });

  it.each([
    ['under Skip', { hub: { ...spec.hub, probe: 'Enabled', policy: 'Skip' } }],
    ['without launches', { hub: { ...spec.hub, probe: 'Disabled' } }],
  ] as const)('is not made %s: a request is handled immediately', (_, changes) => {
    const asked = pushed(changes, { listedImage: image });
    const { seen: end } = follow({ ...asked, requests: { ...asked.requests, launch: 'now' } });
    expect(end.status.lastHandledLaunch).toBe('now');
  });
});
