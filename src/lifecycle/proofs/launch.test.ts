import { describe, expect, it } from 'vitest';
import { createdBy, pushed, withContainers } from '../../../test/support/launches/checkPods.ts';
import { answer, digest, failedEffect, hash, image, resolved, spec } from '../../../test/support/observations.ts';
import { condition, follow } from '../../../test/support/passes.ts';
import { ended, noon } from '../../../test/support/pods.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { decide } from '../decide.ts';
import type { CheckRun } from '../model/checkPod.ts';
import type { Observation } from '../model/observation.ts';

function messageOf(status: ImageSpecStatus): string {
  return status.conditions?.find(({ type }) => type === 'JupyterHubCompatible')?.message ?? '';
}

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

function pickAnswers({ answers }: Observation): Pick<Observation, 'answers'> {
  return { answers };
}

function pick({ plan }: Observation): Pick<Observation, 'plan'> {
  return { plan };
}

describe('the verdict', () => {
  const seen = pushed({}, { listedImage: image });

  it('under Report follows later, and holds nothing up', () => {
    const check = createdBy(seen);
    expect(check.identity).toMatchObject({ role: 'probe', image, command: 'kept' });
    const pending = follow({ ...seen, checkPods: [check] });
    expect(condition(pending.seen.status, 'Ready')).toBe('True BuildSucceeded');
    expect(condition(pending.seen.status, 'JupyterHubCompatible')).toBe('Unknown ProbePending');
    const answered = withContainers(check, { server: { is: 'running', startedAt: noon }, hub: ended(0, served) });
    const proven = follow({ ...seen, checkPods: [answered] });
    expect(condition(proven.seen.status, 'JupyterHubCompatible')).toBe('True LaunchVerified');
    expect(proven.seen.status.jupyterHub).toMatchObject({
      probedImage: image,
      compatibleImage: image,
      singleuserVersion: '5.2.1',
      serverVersion: '2.20.0',
      hubVersion: '5.3.0',
      launchMilliseconds: 904,
    });
    expect(proven.decision).toMatchObject({ next: 'act', effect: { do: 'deletePod' } });
    // Once the Pod is gone, the operator writes nothing more and creates no other Pod.
    const rest = follow({ ...seen, status: proven.seen.status, now: noon + 5000 });
    expect(rest.seen.status).toEqual(proven.seen.status);
    expect(rest.decision.next).toBe('rest');
  });

  it('is sought while the tags of the image are put', () => {
    const untagged = pushed({}, { answers: answer({ confirm: { digest, sizeBytes: 7, inputHash: hash, input: '' } }) });
    const { decision } = follow(untagged);
    expect(decision).toMatchObject({ next: 'act', effect: { do: 'createPod' } });
    const check = createdBy(untagged);
    expect(follow({ ...untagged, checkPods: [check] }).decision).toMatchObject({
      next: 'ask',
      questions: [{ ask: 'digestOf' }],
    });
    // Commands of spec.verify come first: an image that fails them is not served.
    const verified = pushed({ verify: [{ name: 'a', command: ['true'], timeoutSeconds: 9 }] }, pickAnswers(untagged));
    expect(follow(verified).decision).toMatchObject({ next: 'ask', questions: [{ ask: 'digestOf' }] });
  });

  it('changes for another Hub without a launch, and for other settings by a launch', () => {
    const check = withContainers(createdBy(seen), {
      server: { is: 'running', startedAt: noon },
      hub: ended(0, served),
    });
    const { status } = follow({ ...seen, checkPods: [check] }).seen;
    const hub = { ...spec.hub, probe: 'Enabled', hubVersion: '4.1.6' } as const;
    const upgraded = follow({ ...seen, ...pick(pushed({ hub })), status });
    expect(condition(upgraded.seen.status, 'JupyterHubCompatible')).toBe('True MajorVersionSkew');
    expect(upgraded.seen.status.jupyterHub?.hubVersion).toBe('4.1.6');
    expect(upgraded.decision.next).toBe('rest');
    expect(
      createdBy({ ...seen, ...pick(pushed({ hub: { ...spec.hub, probe: 'Enabled', uid: 1001 } })), status }).identity
        .role,
    ).toBe('probe');
  });

  it('under Require gates: an image that the Hub cannot launch is not good, and the previous image stays', () => {
    const required = pushed({ hub: { ...spec.hub, probe: 'Enabled', policy: 'Require' } }, { listedImage: image });
    const before = { ...resolved, image: `${spec.repository}@sha256:${'0'.repeat(64)}` };
    const check = createdBy({ ...required, status: before });
    const open = follow({ ...required, status: before, checkPods: [check] });
    expect(condition(open.seen.status, 'Ready')).toBe('Unknown Verifying');
    const refused = withContainers(check, { server: ended(1), hub: { is: 'running', startedAt: noon } });
    const question = { ask: 'log', pod: check.pod.ref, container: 'server' } as const;
    const log = {
      question,
      reply: {
        is: 'known',
        value: '/opt/x.so: invalid ELF header',
      },
      at: noon,
      failures: 0,
    } as const;
    const at = follow({ ...required, status: before, checkPods: [refused], answers: [...required.answers, log] });
    expect(condition(at.seen.status, 'Ready')).toBe('False JupyterHubIncompatible');
    expect(at.seen.status.image).toBe(before.image);
    const good = withContainers(check, { server: { is: 'running', startedAt: noon }, hub: ended(0, served) });
    const proven = follow({ ...required, status: before, checkPods: [good] });
    expect(proven.seen.status.image).toBe(image);
    expect(condition(proven.seen.status, 'JupyterHubCompatible')).toBe('True LaunchVerified');
  });

  it('False stays during and after the deletion of the Pod of the launch', () => {
    const check = withContainers(createdBy(seen), { server: ended(1), hub: { is: 'running', startedAt: noon } });
    const question = { ask: 'log', pod: check.pod.ref, container: 'server' } as const;
    const reply = { is: 'known', value: '/opt/x.so: invalid ELF header' } as const;
    const answers = [...seen.answers, { question, reply, at: noon, failures: 0 }];
    const { status } = follow({ ...seen, checkPods: [check], answers }).seen;
    expect(condition(status, 'JupyterHubCompatible')).toBe('False LaunchFailed');
    const leaving = { ...check, pod: { ...check.pod, deletedAt: noon + 1000 } };
    for (const checkPods of [[leaving], []]) {
      const later = follow({ ...seen, answers, status, checkPods, now: noon + 2000 });
      expect(later.seen.status).toEqual(status);
      expect(later.decision).not.toMatchObject({ effect: { do: 'createPod' } });
    }
  });

  it('False names the packages to install for another Hub, without a launch', () => {
    const check = withContainers(createdBy(seen), { server: ended(127), hub: { is: 'running', startedAt: noon } });
    const question = { ask: 'log', pod: check.pod.ref, container: 'server' } as const;
    const reply = { is: 'known', value: 'exec: "jupyterhub-singleuser": executable file not found in $PATH' } as const;
    const answers = [...seen.answers, { question, reply, at: noon, failures: 0 }];
    const { status } = follow({ ...seen, checkPods: [check], answers }).seen;
    expect([messageOf(status), status.jupyterHub?.hubVersion]).toEqual([
      expect.stringContaining('"jupyterhub==5.*"'),
      '5.3.0',
    ]);
    const hub = { ...spec.hub, probe: 'Enabled', hubVersion: '4.1.6' } as const;
    const upgraded = follow({ ...seen, ...pick(pushed({ hub })), status, checkPods: [] });
    expect(condition(upgraded.seen.status, 'JupyterHubCompatible')).toBe('False SingleuserMissing');
    expect([messageOf(upgraded.seen.status), upgraded.seen.status.jupyterHub?.hubVersion]).toEqual([
      expect.stringContaining('"jupyterhub==4.1.*"'),
      '4.1.6',
    ]);
    expect(upgraded.decision).not.toMatchObject({ effect: { do: 'createPod' } });
  });

  it('that waits for an hourly attempt gets one immediately after a requested retry', () => {
    const { identity, pod } = createdBy(seen);
    const eighth: CheckRun = {
      identity: { ...identity, attempt: 8 },
      pod: { ...pod, phase: 'Failed', reason: 'Evicted', endedAt: noon },
    };
    const waiting = follow({ ...seen, checkPods: [eighth] });
    expect(condition(waiting.seen.status, 'JupyterHubCompatible')).toBe('Unknown ProbeTimeout');
    const asked = follow({ ...waiting.seen, requests: { rebuild: null, retry: 'now', launch: null, cancel: null } });
    expect(asked.decision).toMatchObject({ next: 'act', effect: { do: 'createPod' } });
    expect(asked.seen.status.lastHandledRetry).toBeUndefined();
  });

  it('is absent under Skip', () => {
    const skipped = follow(pushed({ hub: { ...spec.hub, probe: 'Enabled', policy: 'Skip' } }, { listedImage: image }));
    expect(condition(skipped.seen.status, 'JupyterHubCompatible')).toBe('absent');
    expect(skipped.seen.status.contents).toMatchObject({ configMapName: 'astro-contents', digest });
  });

  it('waits for a slot, and shows a refused Pod', () => {
    const { decision } = follow({ ...seen, checkTurn: 'wait' });
    expect([decision.next, decide({ ...follow({ ...seen, checkTurn: 'wait' }).seen }).check]).toEqual([
      'rest',
      'waits',
    ]);
    const { decision: create } = follow(seen);
    const name =
      create.next === 'act' && create.effect.do === 'createPod' ? (create.effect.pod.metadata?.name ?? '') : '';
    const failedEffects = [failedEffect('createPod', name, { message: 'exceeded quota: pods' })];
    const refused = follow({ ...seen, failedEffects });
    expect(condition(refused.seen.status, 'JupyterHubCompatible')).toBe('Unknown ProbeUnschedulable');
    expect(refused.decision).toEqual({ next: 'rest', until: noon + 30_000 });
  });
});
