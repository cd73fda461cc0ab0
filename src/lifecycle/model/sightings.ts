import type { Instant } from '../../api/time.ts';
import { type BuildRun, isOver, type PodState } from '../../kaniko/run.ts';
import type { CheckRun } from './checkPod.ts';
import type { Seen } from './observation.ts';

/**
 * When this process first saw each fact, by its own clock. A node's clock may be wrong by hours. So the operator compares
 * times of a kubelet only with others of the same kubelet.
 */
export type Sightings = Readonly<Record<string, Instant>>;

/** Facts about a Pod for which only the node's clock has a time. */
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

/** Known facts keep their time, new facts get the current time, and facts that no longer hold are dropped. */
export function sight(
  before: Sightings,
  { builds, checkPods }: { readonly builds: readonly BuildRun[]; readonly checkPods: readonly CheckRun[] },
  now: Instant,
): Sightings {
  const pods = [...builds.map(({ pod }) => pod), ...checkPods.map(({ pod }) => pod)];
  const facts = pods.flatMap((pod) => (pod === null ? [] : factsOf(pod)));
  return Object.fromEntries(facts.map((fact) => [fact, before[fact] ?? now]));
}

/** When this process first saw the container run. */
export function runsSince({ sightings, now }: Seen<'sightings' | 'now'>, pod: PodState, container: string): Instant {
  return sightings[factOf(pod, container, 'running')] ?? now;
}

/** When this process first saw the Pod and its containers in their present state. */
export function unchangedSince({ sightings, now }: Seen<'sightings' | 'now'>, pod: PodState): Instant {
  return Math.max(...factsOf(pod).map((fact) => sightings[fact] ?? now));
}
