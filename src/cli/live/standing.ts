import type { Condition, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { annotations, keptOfRequest } from '../../api/names.ts';
import { type ReadyReason, readyReasons } from '../../api/reasons.ts';
import { verifyContainer } from '../../jupyterhub/verifyPod.ts';
import { containers } from '../../kaniko/containers.ts';
import { beginningOf } from '../../text/cut.ts';
import type { SeenContainer, SeenImageSpec, SeenJob, SeenPod } from './projections.ts';

/** Everything that is known of one ImageSpec at one moment. */
export interface View {
  readonly imageSpec: SeenImageSpec;
  /** Its build Jobs, in any order. */
  readonly jobs: readonly SeenJob[];
  /** Its Pods, in any order. */
  readonly pods: readonly SeenPod[];
}

/** The way of an image, in its order. */
export const stageNames = ['base', 'queue', 'build', 'push', 'verify', 'probe', 'published'] as const;

/** A part of the way. */
export type StageName = (typeof stageNames)[number];

/** What a person can ask for with an annotation. */
export type Request = 'rebuild' | 'retry' | 'cancel';

const requests: readonly Request[] = ['rebuild', 'retry', 'cancel'];

/** Field of the status that says which value of a request was handled last. */
const handled = {
  rebuild: 'lastHandledRebuild',
  retry: 'lastHandledRetry',
  cancel: 'lastHandledCancel',
} as const satisfies Readonly<Record<Request, keyof ImageSpecStatus>>;

/** Whether the operator has taken up the newest spec and every request. */
export function isCurrent(imageSpec: SeenImageSpec): boolean {
  return isObserved(imageSpec) && openRequests(imageSpec).length === 0;
}

function isObserved({ status, generation }: SeenImageSpec): boolean {
  return status.observedGeneration === generation;
}

/** Whether the operator has taken up the request, or there is none. */
export function isHandled({ annotations: asked, status }: SeenImageSpec, request: Request): boolean {
  const value = asked[annotations[request]];
  return value === undefined || beginningOf(value, keptOfRequest) === status[handled[request]];
}

/** A rebuild that no build can answer stays open until one can: it is not what is waited for. */
function openRequests(imageSpec: SeenImageSpec): readonly Request[] {
  const reason = conditionOf(imageSpec.status, 'Ready')?.reason ?? '';
  return requests.filter(
    (request) => !isHandled(imageSpec, request) && !(request === 'rebuild' && beforeAnyBuild.has(reason)),
  );
}

/** Where it stands still, or waits, before a build is begun. */
const beforeAnyBuild: ReadonlySet<string> = new Set<ReadyReason>([
  'InvalidSpec',
  'PolicyViolation',
  'OutputNotConfigured',
  'BaseImageNotFound',
  'BaseImageUnauthorized',
  'BaseImageUnsupported',
  'DockerfileInvalid',
  'PushUnauthorized',
  'PushFailed',
  'Suspended',
]);

/** A condition, when it is there. */
export function conditionOf(status: ImageSpecStatus, type: string): Condition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/** How it stands in all. */
export interface Standing {
  /** `ready` and `failed` are Ready True and False; `suspended` moves no more either. */
  readonly is: 'underWay' | 'ready' | 'failed' | 'suspended';
  readonly reason: ReadyReason;
  readonly message: string;
}

/** How an ImageSpec stands. What the operator has not taken up yet is under way, whatever the status says of before. */
export function standingOf({ imageSpec }: View): Standing {
  const ready = conditionOf(imageSpec.status, 'Ready');
  const [request] = openRequests(imageSpec);
  if (!isObserved(imageSpec) || ready === undefined || !isReadyReason(ready.reason)) {
    return { is: 'underWay', reason: 'Pending', message: 'the operator has not taken up this version yet' };
  }
  const { reason, message } = ready;
  const { group } = readyReasons[reason];
  if (request !== undefined && group !== 'underWay') {
    return { is: 'underWay', reason: 'Pending', message: `the operator has not taken up the ${request} yet` };
  }
  switch (group) {
    case 'done':
      return { is: 'ready', reason, message };
    case 'underWay':
      return { is: 'underWay', reason, message };
    case 'over':
      return { is: 'failed', reason, message };
    case 'suspended':
      return { is: 'suspended', reason, message };
  }
}

function isReadyReason(reason: string): reason is ReadyReason {
  return Object.hasOwn(readyReasons, reason);
}

/** The build Job that the status speaks of, or a newer one that it does not know yet. */
export function currentJob({ imageSpec, jobs }: View): SeenJob | undefined {
  const newest = jobs.toSorted((a, b) => compare(b.identity, a.identity))[0];
  const recorded = imageSpec.status.build;
  return newest === undefined || (recorded !== undefined && compare(newest.identity, recorded) < 0)
    ? undefined
    : newest;
}

/** Order of builds: by number, then by attempt. */
export function compare(
  one: { readonly number: number; readonly attempt: number },
  other: { readonly number: number; readonly attempt: number },
): number {
  return one.number - other.number || one.attempt - other.attempt;
}

/** The newest Pod of a Job. */
export function podOf({ pods }: View, job: SeenJob | undefined): SeenPod | undefined {
  return job === undefined
    ? undefined
    : pods.filter((pod) => pod.job === job.uid).toSorted((a, b) => b.createdAt - a.createdAt)[0];
}

/**
 * The stage at which the way stands, or ended; undefined once the image is good. The verdict of a probe that gates
 * nothing comes after.
 */
export function currentStage(view: View): StageName | undefined {
  const { reason } = standingOf(view);
  const { status, spec } = view.imageSpec;
  const isResolved = isCurrent(view.imageSpec) && conditionOf(status, 'BaseResolved')?.status === 'True';
  switch (reason) {
    case 'BuildSucceeded':
    case 'ImageReused':
      return undefined;
    case 'ResolvingBase':
    case 'WaitingForBase':
    case 'InvalidSpec':
    case 'PolicyViolation':
    case 'OutputNotConfigured':
    case 'BaseImageNotFound':
    case 'BaseImageUnauthorized':
    case 'BaseImageUnsupported':
      return 'base';
    case 'Pending':
    case 'WaitingForSecret':
    case 'Suspended':
      return isResolved ? 'queue' : 'base';
    case 'Queued':
    case 'Retrying':
      return 'queue';
    case 'QuotaExceeded':
      return conditionOf(status, 'Built')?.status === 'True' ? 'verify' : 'queue';
    case 'Building':
      return buildOrPush(view);
    case 'Verifying':
      return (spec.verify ?? []).length > 0 && !(spec.jupyterHub?.policy === 'Require' && isVerified(view))
        ? 'verify'
        : 'probe';
    case 'DockerfileInvalid':
      return isResolved ? 'build' : 'base';
    case 'Cancelled':
      return status.build?.startTime === undefined ? 'queue' : 'build';
    case 'RetriesExhausted':
      return isResolved ? buildOrPush(view) : 'base';
    case 'PackageManagerMissing':
    case 'PackageNotFound':
    case 'DependencyConflict':
    case 'RunFailed':
    case 'OutOfMemory':
    case 'DiskFull':
    case 'BuildTimeout':
    case 'BuildPodRefused':
    case 'BuilderUnavailable':
      return 'build';
    case 'PushUnauthorized':
    case 'PushFailed':
    case 'DigestMismatch':
      return 'push';
    case 'VerificationFailed':
      return 'verify';
    case 'JupyterHubIncompatible':
      return 'probe';
    default:
      return reason satisfies never;
  }
}

function buildOrPush(view: View): 'build' | 'push' {
  const build = podOf(view, currentJob(view))?.containers.find(({ name }) => name === containers.build);
  return build?.state.is === 'terminated' && build.state.exitCode === 0 ? 'push' : 'build';
}

/** The containers that run the commands of spec.verify, in the newest Pod that has them, in their order. */
export function verifyContainers({ imageSpec, pods }: View): readonly SeenContainer[] {
  const names = new Set((imageSpec.spec.verify ?? []).map((_, index) => verifyContainer(index)));
  const pod = pods
    .filter(({ role, containers: all }) => role === 'verify' && all.some(({ name }) => names.has(name)))
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
  return (pod?.containers ?? []).filter(({ name }) => names.has(name));
}

function isVerified(view: View): boolean {
  const runs = verifyContainers(view);
  return runs.length > 0 && runs.every(({ state }) => state.is === 'terminated' && state.exitCode === 0);
}
