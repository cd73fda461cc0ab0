import { type Failure, failureOf } from '../api/failure.ts';
import type { EffectiveSpec } from '../spec/effective.ts';
import { containers } from './containers.ts';
import { classifyBuilder, classifyPush } from './failures.ts';
import { tellingLines } from './log.ts';
import { type BuildRun, type ContainerState, hasEnded, type PodState } from './run.ts';

/** What has come of a build. `needsLog` asks for the log of the container that failed. */
export type Outcome =
  | { readonly is: 'running' }
  | { readonly is: 'pushed'; readonly image: string }
  | { readonly is: 'needsLog'; readonly container: string }
  | { readonly is: 'failed'; readonly failure: Failure };

const pushedImage = /^(\S{1,512}@sha256:[0-9a-f]{64})$/;

/**
 * Reads the outcome from the Pod: init and main container statuses. `log` is that of the failed container, once
 * it was fetched ('' when it is gone). The digest counts only on exit 0 and for the right repository.
 */
export function outcomeOf(run: BuildRun, spec: EffectiveSpec, log: string | null): Outcome {
  const { pod } = run;
  if (!hasEnded(run)) {
    return { is: 'running' };
  }
  if (pod === null) {
    return fail('BuildPodDeleted', 'the Pod of the build is gone, and its result with it');
  }
  if (pod.phase === 'Succeeded') {
    return pushed(pod, run.identity.pushMode, spec);
  }
  return failedPod(pod, spec, log);
}

/** Steps of the build can write the builder's message, so it counts only where the builder is the one that pushes. */
function messageOfPush(pod: PodState, pushMode: EffectiveSpec['pushMode']): string | undefined {
  const push = pod.containers[pushMode === 'Direct' ? containers.build : containers.push];
  const message = push?.is === 'terminated' && push.exitCode === 0 ? push.message.trim() : '';
  return pushedImage.exec(message)?.[1];
}

/** What a Pod that ended well pushed to this repository, by digest. */
export function pushedImageOf(
  pod: PodState,
  pushMode: EffectiveSpec['pushMode'],
  repository: string,
): string | undefined {
  const image = pod.phase === 'Succeeded' ? messageOfPush(pod, pushMode) : undefined;
  return image?.startsWith(`${repository}@`) === true ? image : undefined;
}

function pushed(pod: PodState, pushMode: EffectiveSpec['pushMode'], spec: EffectiveSpec): Outcome {
  const image = messageOfPush(pod, pushMode);
  if (image === undefined) {
    return fail('BuilderFailed', 'the push ended well but named no digest');
  }
  if (!image.startsWith(`${spec.repository}@`)) {
    return fail('DigestMismatch', `the push went to ${image}, not to ${spec.repository}`);
  }
  return { is: 'pushed', image };
}

function failedPod(pod: PodState, spec: EffectiveSpec, log: string | null): Outcome {
  if (pod.reason === 'Evicted' || pod.disruption !== '') {
    return /ephemeral|disk/i.test(pod.message) && pod.disruption === ''
      ? fail('DiskFull', `the build was evicted: ${pod.message}`)
      : fail('Evicted', `the build was evicted: ${pod.message || pod.disruption}`);
  }
  if (pod.reason === 'DeadlineExceeded') {
    return fail(
      'BuildTimeout',
      `the build did not end within ${spec.timeoutSeconds} s; raise spec.build.timeoutSeconds`,
    );
  }
  if (pod.reason === 'NodeLost') {
    return fail('NodeLost', `the node of the build was lost: ${pod.message}`);
  }
  const broken = Object.entries(pod.containers).find(([, state]) => isBroken(state));
  if (broken === undefined) {
    return fail(
      'BuilderFailed',
      `the Pod failed and no container says why${pod.message === '' ? '' : `: ${pod.message}`}`,
    );
  }
  const [container, state] = broken;
  if (state.is === 'terminated' && state.reason === 'OOMKilled') {
    return fail('OutOfMemory', 'the build used more memory than its limit; raise spec.build.resources.limits.memory');
  }
  if (log === null) {
    return { is: 'needsLog', container };
  }
  const exitCode = state.is === 'terminated' ? state.exitCode : 1;
  const failure =
    container === containers.build
      ? classifyBuilder(log, exitCode, spec.source)
      : classifyPush(log, exitCode, container);
  return { is: 'failed', failure: { ...failure, log: tellingLines(log) } };
}

function isBroken(state: ContainerState): boolean {
  return state.is === 'terminated' && state.exitCode !== 0;
}

function fail(reason: Failure['reason'], message: string): Outcome {
  return { is: 'failed', failure: failureOf(reason, message) };
}
