import { type Failure, failureOf } from '../api/failure.ts';
import type { EffectiveSpec } from '../imagespec/effective.ts';
import { containers } from './containers.ts';
import { type Broken, brokenContainer, type PodRow, podRows, silentRows } from './failures/pods.ts';
import { fill } from './failures/row.ts';
import { type Classified, classifyAgent, classifyBuilder } from './failures.ts';
import { relevantLines } from './log.ts';
import { type BuildRun, hasEnded, type PodState } from './run.ts';

/** Outcome of a build. `needsLog` requests the log of the failed container. */
export type Outcome =
  | { readonly is: 'running' }
  | { readonly is: 'pushed'; readonly image: string }
  | { readonly is: 'needsLog'; readonly container: string }
  | { readonly is: 'failed'; readonly failure: Failure };

const pushedImage = /^(\S{1,512}@sha256:[0-9a-f]{64})$/;

/**
 * Reads the outcome from the Pod: init and main container statuses. `log` is that of the failed container, once fetched
 * ('' when it is gone). The digest counts only on exit 0 and for the right repository.
 */
export function outcomeOf(run: BuildRun, spec: EffectiveSpec, log: string | null): Outcome {
  const { pod } = run;
  if (!hasEnded(run)) {
    return { is: 'running' };
  }
  if (pod === null) {
    return fail('BuildPodDeleted', "the build's Pod is gone, and so is its result");
  }
  if (pod.phase === 'Succeeded') {
    return pushed(pod, run.identity.pushMode, spec);
  }
  const known = failureOfPod(pod, spec, log);
  return known === 'needsLog'
    ? { is: 'needsLog', container: brokenContainer(pod)?.name ?? containers.build }
    : { is: 'failed', failure: known.failure };
}

/** Build steps can write the builder's message, so it counts only when the builder pushes. */
function messageOfPush(pod: PodState, pushMode: EffectiveSpec['pushMode']): string | undefined {
  const push = pod.containers[pushMode === 'Direct' ? containers.build : containers.push];
  const message = push?.is === 'terminated' && push.exitCode === 0 ? push.message.trim() : '';
  return pushedImage.exec(message)?.[1];
}

/** The digest that a successful Pod pushed to this repository. */
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
    return fail('BuilderFailed', 'the push succeeded but reported no digest');
  }
  if (!image.startsWith(`${spec.repository}@`)) {
    return fail('DigestMismatch', `the push went to ${image}, not to ${spec.repository}`);
  }
  return { is: 'pushed', image };
}

/**
 * Why a Pod failed, with its row in the failure table. What ended the whole Pod comes first, then the log of the broken
 * container.
 */
export function failureOfPod(
  pod: PodState,
  spec: Pick<EffectiveSpec, 'source' | 'timeoutSeconds'>,
  log: string | null,
): Classified | 'needsLog' {
  const said = fromRows(podRows, pod, spec);
  if (said !== undefined) {
    return said;
  }
  const broken = brokenContainer(pod);
  if (broken !== undefined && log === null) {
    return 'needsLog';
  }
  const known = broken === undefined ? undefined : fromLog(broken, log ?? '', spec);
  const classified = known ?? fromRows(silentRows, pod, spec);
  if (classified === undefined) {
    throw new Error('the last row of the table matches every Pod');
  }
  const lines = relevantLines(log ?? '');
  return lines === '' ? classified : { ...classified, failure: { ...classified.failure, log: lines } };
}

function fromLog(
  { name, state }: Broken,
  log: string,
  { source }: Pick<EffectiveSpec, 'source'>,
): Classified | undefined {
  return name === containers.build
    ? classifyBuilder(log, state.exitCode, source)
    : classifyAgent(log, state.exitCode, name);
}

function fromRows(
  rows: readonly PodRow[],
  pod: PodState,
  { timeoutSeconds }: Pick<EffectiveSpec, 'timeoutSeconds'>,
): Classified | undefined {
  for (const row of rows) {
    const found = row.match(pod);
    if (found !== undefined) {
      const message = fill(row.message, { ...found, timeout: String(timeoutSeconds) });
      return { row: row.id, failure: failureOf(row.reason, message) };
    }
  }
  return undefined;
}

function fail(reason: Failure['reason'], message: string): Outcome {
  return { is: 'failed', failure: failureOf(reason, message) };
}
