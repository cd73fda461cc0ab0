import { describe, expect, it } from 'vitest';
import { createdBy, pushed, withContainers } from '../../../test/support/launches/checkPods.ts';
import { answer, digest, hash, image } from '../../../test/support/observations.ts';
import { condition, follow } from '../../../test/support/passes.ts';
import { ended, noon } from '../../../test/support/pods.ts';

const imports = { name: 'imports', command: ['python', '-c', 'import astropy'], timeoutSeconds: 60 };

describe('spec.verify', () => {
  const seen = pushed({ verify: [imports] });

  it('makes the image good once its commands have passed; the moving tag moves last', () => {
    const check = createdBy({
      ...seen,
      answers: answer({ confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' }, fixed: digest }),
    });
    expect(check.identity).toMatchObject({ role: 'verify', image, attempt: 1 });
    const running = follow({
      ...seen,
      checkPods: [withContainers(check, { 'verify-0': { is: 'running', startedAt: noon } })],
    });
    expect(condition(running.seen.status, 'Ready')).toBe('Unknown Verifying');
    expect(condition(running.seen.status, 'Built')).toBe('True BuildSucceeded');
    expect(running.seen.status.image).toBeUndefined();
    expect(running.decision).toMatchObject({ next: 'rest' });
    const passed = follow({
      ...seen,
      status: running.seen.status,
      checkPods: [withContainers(check, { 'verify-0': ended(0) })],
    });
    expect(passed.seen.status).toMatchObject({ image, imageSizeBytes: 7 });
  });

  it('names the command that failed, keeps its log, and runs it again only for a change or a retry', () => {
    const check = withContainers(createdBy(seen), { 'verify-0': ended(1) });
    const asked = follow({ ...seen, checkPods: [check] });
    expect(asked.decision).toMatchObject({ next: 'ask', questions: [{ ask: 'log', container: 'verify-0' }] });
    const question = { ask: 'log', pod: check.pod.ref, container: 'verify-0' } as const;
    const log = {
      question,
      reply: { is: 'known', value: "ModuleNotFoundError: No module named 'astropy'" },
      at: noon,
      failures: 0,
    } as const;
    const failed = follow({ ...seen, checkPods: [check], answers: [...seen.answers, log] });
    expect(condition(failed.seen.status, 'Ready')).toBe('False VerificationFailed');
    expect(failed.seen.status.failure).toMatchObject({
      message: expect.stringContaining('"imports"'),
      log: expect.stringContaining('ModuleNotFoundError'),
    });
    expect(failed.seen.status.image).toBeUndefined();
    expect(failed.decision).toMatchObject({ next: 'act', effect: { do: 'deletePod' } });
    const later = {
      ...seen,
      status: failed.seen.status,
      checkPods: [],
      answers: answer({ confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' }, fixed: digest, secrets: 's' }),
    };
    expect(follow(later).decision.next).toBe('rest');
    const changed = pushed({ verify: [{ ...imports, command: ['true'] }] });
    expect(createdBy({ ...later, plan: changed.plan }).identity).toMatchObject({ role: 'verify' });
    expect(
      createdBy({ ...later, requests: { rebuild: null, retry: 'now', launch: null, cancel: null } }).identity,
    ).toMatchObject({
      image,
    });
  });

  it('stops a command at its time limit', () => {
    // By the node's clock the command has just begun; the operator has seen it run for longer.
    const check = withContainers(createdBy(seen), { 'verify-0': { is: 'running', startedAt: noon } });
    const sightings = { [`${check.pod.ref.uid}/verify-0 running`]: noon - 61_000 };
    const question = { ask: 'log', pod: check.pod.ref, container: 'verify-0' } as const;
    const log = { question, reply: { is: 'known', value: 'still here' }, at: noon, failures: 0 } as const;
    const late = follow({ ...seen, sightings, checkPods: [check], answers: [...seen.answers, log] });
    expect(late.seen.status.failure?.message).toContain('did not end within 60 s');
    expect(late.decision).toMatchObject({ next: 'act', effect: { do: 'deletePod' } });
  });

  it('tries again after an interruption of the Pod, and never reports a failed image', () => {
    const check = createdBy(seen);
    const evicted = { ...check, pod: { ...check.pod, phase: 'Failed', reason: 'Evicted', endedAt: noon } } as const;
    const waiting = follow({ ...seen, checkPods: [evicted] });
    expect(condition(waiting.seen.status, 'Ready')).toBe('Unknown Verifying');
    expect(createdBy({ ...seen, checkPods: [evicted], now: noon + 16_000 }).identity).toMatchObject({ attempt: 2 });
  });
});
