import type { Instant } from '../../api/time.ts';
import { type BuildRun, isOver, type PodState } from '../../kaniko/run.ts';
import type { CheckRun } from './checkPod.ts';
import type { Observation } from './observation.ts';

/**
 * When this process first saw each fact, by its own clock. A node's clock may be wrong by hours, so what the kubelet
 * says of times is compared with nothing but the kubelet's other times.
 */
export type Sightings = Readonly<Record<string, Instant>>;

/** What can be seen of a Pod that has no time of the operator's clock. */
function factsOf(pod: PodState): readonly string[] {
  const { uid } = pod.ref;
  return [
    `${uid} ${isOver(pod) ? 'over' : 'there'}`,
    ...Object.entries(pod.containers).map(([name, { is }]) => factOf(pod, name, is)),
  ];
}

function factOf({ ref }: PodState, container: string, is: string): string {
  return `${ref.uid}/${container} ${is}`;
}

/** What was seen before and still holds keeps its time; what is new is seen now; what no longer holds is forgotten. */
export function sight(
  before: Sightings,
  { builds, checkPods }: { readonly builds: readonly BuildRun[]; readonly checkPods: readonly CheckRun[] },
  now: Instant,
): Sightings {
  const pods = [...builds.map(({ pod }) => pod), ...checkPods.map(({ pod }) => pod)];
  const facts = pods.flatMap((pod) => (pod === null ? [] : factsOf(pod)));
  return Object.fromEntries(facts.map((fact) => [fact, before[fact] ?? now]));
}

/** Since when a container runs. */
export function runsSince({ sightings, now }: Observation, pod: PodState, container: string): Instant {
  return sightings[factOf(pod, container, 'running')] ?? now;
}

/** Since when a Pod and its containers are as they are. */
export function unchangedSince({ sightings, now }: Observation, pod: PodState): Instant {
  return Math.max(...factsOf(pod).map((fact) => sightings[fact] ?? now));
}
