import { conditionOf } from '../../../api/conditions.ts';
import type { ImageSpecStatus } from '../../../api/imagespec.generated.ts';
import { annotations } from '../../../api/names.ts';
import type { StageName } from '../../../api/reasons/reasonColumns.ts';
import { isReadyReason, precedesBuild, type ReadyReason, readyReasons } from '../../../api/reasons/reasons.ts';
import { verifyContainer } from '../../../jupyterhub/verifyPod.ts';
import { containers } from '../../../kaniko/containers.ts';
import { keptRequest } from '../../../kaniko/identity.ts';
import type { SeenContainer, SeenImageSpec, SeenJob, SeenPod } from '../projections.ts';

/** Everything known about one ImageSpec at one moment. */
export interface View {
  readonly imageSpec: SeenImageSpec;
  /** Its build Jobs, in any order. */
  readonly jobs: readonly SeenJob[];
  /** Its Pods, in any order. */
  readonly pods: readonly SeenPod[];
}

/** A request that a user makes with an annotation. */
export type Request = 'rebuild' | 'retry' | 'launch' | 'cancel';

const requests: readonly Request[] = ['rebuild', 'retry', 'launch', 'cancel'];

/** The status field with the last handled value of each request. */
const handled = {
  rebuild: 'lastHandledRebuild',
  retry: 'lastHandledRetry',
  launch: 'lastHandledLaunch',
  cancel: 'lastHandledCancel',
} as const satisfies Readonly<Record<Request, keyof ImageSpecStatus>>;

/** Whether the operator has acted on the newest spec and every request. */
export function isCurrent(imageSpec: SeenImageSpec): boolean {
  return isObserved(imageSpec) && openRequests(imageSpec).length === 0;
}

function isObserved({ status, generation }: SeenImageSpec): boolean {
  return status.observedGeneration === generation;
}

/** Whether the operator has handled the request, or there is none. */
export function isHandled({ annotations: asked, status }: SeenImageSpec, request: Request): boolean {
  const value = asked[annotations[request]];
  return value === undefined || keptRequest(value) === status[handled[request]];
}

/** A request for a rebuild or a retry stays open until a build can answer it. Commands do not wait for that. */
function openRequests(imageSpec: SeenImageSpec): readonly Request[] {
  const reason = conditionOf(imageSpec.status, 'Ready')?.reason ?? '';
  const mustWait = isReadyReason(reason) && precedesBuild(reason);
  return requests.filter((request) => !isHandled(imageSpec, request) && !(request !== 'cancel' && mustWait));
}

/** The overall state of an ImageSpec. */
export interface Standing {
  /** `ready` and `failed` are Ready True and False. `suspended` is at rest as well. */
  readonly is: 'underWay' | 'ready' | 'failed' | 'suspended';
  readonly reason: ReadyReason;
  readonly message: string;
}

/**
 * The overall state of an ImageSpec. A change that the operator has not seen yet counts as under way, even if the older
 * status says otherwise.
 */
export function standingOf({ imageSpec }: View): Standing {
  const ready = conditionOf(imageSpec.status, 'Ready');
  const [request] = openRequests(imageSpec);
  if (!isObserved(imageSpec) || ready === undefined || !isReadyReason(ready.reason)) {
    return { is: 'underWay', reason: 'Pending', message: 'the operator has not acted on this version yet' };
  }
  const { reason, message } = ready;
  const { group } = readyReasons[reason];
  if (request !== undefined && group !== 'underWay') {
    return { is: 'underWay', reason: 'Pending', message: `the operator has not acted on the ${request} request yet` };
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

/** The build Job in the status, or a newer one that the status does not name yet. */
export function currentJob({ imageSpec, jobs }: View): SeenJob | undefined {
  const newest = jobs.toSorted((a, b) => compare(b.identity, a.identity))[0];
  const recorded = imageSpec.status.build;
  return newest === undefined || (recorded !== undefined && compare(newest.identity, recorded) < 0)
    ? undefined
    : newest;
}

/** Orders builds by number, then by attempt. */
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

/** The current or last stage; undefined once the image is good. The verdict of an advisory probe comes later. */
export function currentStage(view: View): StageName | undefined {
  const [first, ...others] = readyReasons[standingOf(view).reason].stages;
  return others.findLast((stage) => hasReached(view, stage)) ?? first;
}

/** Whether every earlier stage is done. */
function hasReached(view: View, stage: StageName): boolean {
  const { status, spec } = view.imageSpec;
  const is = (type: string) => conditionOf(status, type)?.status === 'True';
  const isResolved = isCurrent(view.imageSpec) && is('BaseResolved');
  switch (stage) {
    case 'base':
      return true;
    case 'queue':
      return isResolved;
    case 'build':
      return isResolved && status.build?.startTime !== undefined;
    case 'push':
      return hasBuilt(view);
    case 'verify':
      return is('Built');
    case 'probe':
      return (
        is('Built') && ((spec.verify ?? []).length === 0 || (spec.jupyterHub?.policy === 'Require' && isVerified(view)))
      );
    case 'published':
      return is('Ready');
  }
}

function hasBuilt(view: View): boolean {
  const all = podOf(view, currentJob(view))?.containers ?? [];
  // A composed image has no builder: the push follows the first container.
  const last = view.imageSpec.status.build?.base === 'Composed' ? containers.credentials : containers.build;
  const build = all.find(({ name }) => name === last);
  return build?.state.is === 'terminated' && build.state.exitCode === 0;
}

/** The containers of the commands of spec.verify, in order, from the newest Pod that has them. */
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
