import { conditionOf } from '../../../api/conditions.ts';
import { parseRfc3339 } from '../../../api/time.ts';
import { contentsContainer } from '../../../jupyterhub/verifyPod.ts';
import { isOver } from '../../../kaniko/run.ts';
import type { SeenPod } from '../projections.ts';
import { compare, isCurrent, type Standing, standingOf, type View } from './standing.ts';

/** The log of one container. */
export interface LogPart {
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
}

/** Logs that are read concurrently: one of a build, all containers of a launch. */
export interface LogGroup {
  /** A heading: `build 2, attempt 1, build`. */
  readonly heading: string;
  readonly parts: readonly LogPart[];
}

/** Identifies a part in a set. */
export function keyOf({ podUid, container }: LogPart): string {
  return `${podUid}/${container}`;
}

/** Roles of Pods whose logs concern the image. */
const proofs: ReadonlySet<string> = new Set(['verify', 'probe']);

/**
 * The logs to read next; undefined when there are none yet. The list of an image's contents is not among them.
 *
 * @param begun keys of the parts already begun
 */
export function nextLogs(view: View, begun: ReadonlySet<string>): LogGroup | undefined {
  const pods = [...buildPods(view), ...proofPods(view)].toSorted((a, b) => a.pod.createdAt - b.pod.createdAt);
  for (const { pod, title, at } of pods) {
    const open = pod.containers
      .filter(({ name }) => name !== contentsContainer)
      .map(({ name, state }) => ({ part: { pod: pod.name, podUid: pod.uid, container: name }, state }))
      .filter(({ part }) => !begun.has(keyOf(part)));
    const started = open.filter(({ state }) => state.is !== 'waiting');
    switch (at) {
      case 'oneByOne': {
        const first = started[0];
        if (first !== undefined) {
          return { heading: `${title}, ${first.part.container}`, parts: [first.part] };
        }
        break;
      }
      case 'together':
        if (started.length > 0 && (started.length === open.length || isOver(pod))) {
          return { heading: title, parts: started.map(({ part }) => part) };
        }
        break;
    }
  }
  return undefined;
}

interface Titled {
  readonly pod: SeenPod;
  readonly title: string;
  readonly at: 'oneByOne' | 'together';
}

/** Pods of the current build, or of the last one. Older builds do not concern the newest version. */
function buildPods(view: View): readonly Titled[] {
  const recorded = view.imageSpec.status.build;
  const standing = standingOf(view);
  const isPast =
    recorded?.completionTime !== undefined &&
    standing.is === 'underWay' &&
    standing.reason !== 'Retrying' &&
    !isProving(standing);
  return view.jobs.flatMap(({ uid, identity }) => {
    const order = recorded === undefined ? 1 : compare(identity, recorded);
    if (order < 0 || (order === 0 && isPast)) {
      return [];
    }
    const title = `build ${identity.number}, attempt ${identity.attempt}`;
    return view.pods.filter((pod) => pod.job === uid).map((pod) => ({ pod, title, at: 'oneByOne' as const }));
  });
}

function isProving({ reason }: Standing): boolean {
  return reason === 'Verifying' || reason === 'Building';
}

function proofPods({ imageSpec, pods }: View): readonly Titled[] {
  const { build } = imageSpec.status;
  const from = parseRfc3339(build?.startTime ?? '') ?? 0;
  return pods
    .filter(({ role, createdAt }) => proofs.has(role) && createdAt >= from)
    .map((pod) => ({
      pod,
      title: `${pod.role}, Pod ${pod.name}`,
      at: pod.role === 'verify' ? 'oneByOne' : 'together',
    }));
}

/** Whether no further log will appear by itself: ready, failed or suspended, and no verdict pending. */
export function isAtRest(view: View): boolean {
  const verdict = conditionOf(view.imageSpec.status, 'JupyterHubCompatible');
  return standingOf(view).is !== 'underWay' && isCurrent(view.imageSpec) && verdict?.reason !== 'ProbePending';
}

/** State of a container in its Pod; `gone` when the Pod is deleted. */
export function stateOf({ pods }: View, part: LogPart): 'waiting' | 'running' | 'terminated' | 'gone' {
  const pod = pods.find(({ uid }) => uid === part.podUid);
  return pod?.containers.find(({ name }) => name === part.container)?.state.is ?? 'gone';
}
