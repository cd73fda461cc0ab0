import { type Instant, seconds } from '../../api/time.ts';
import { isOver, type PodState } from '../../kaniko/run.ts';
import { isLaunching } from '../../lifecycle/model/checkPod.ts';
import type { Caches } from '../watched/caches.ts';
import { podOf } from '../watched/children.ts';
import type { SeenJob } from '../watched/projections.ts';
import type { Taken } from './slots.ts';

/** Within this time the Job controller creates a Pod, unless the API server refuses it. */
export const podPatience = seconds(60);

/** The builds that have started and not ended. */
export function runningBuilds(caches: Pick<Caches, 'jobs' | 'pods'>, now: Instant): readonly Taken[] {
  const taken: Taken[] = [];
  for (const job of caches.jobs.values()) {
    const pod = podOf(caches, job);
    if (pod === null ? !job.ended : !isOver(pod)) {
      taken.push({ namespace: job.ref.namespace, takes: occupies(job, pod, now) ? 'slot' : 'slotOfNamespace' });
    }
  }
  return taken;
}

/** Whether a build has a node, or will soon have one. */
function occupies({ createdAt }: SeenJob, pod: PodState | null, now: Instant): boolean {
  return pod === null ? now < createdAt + podPatience : pod.nodeName !== '' || pod.unschedulable === '';
}

/** The current launches. */
export function runningLaunches({ pods }: Pick<Caches, 'pods'>): readonly Taken[] {
  const taken: Taken[] = [];
  for (const seen of pods.values()) {
    if (seen.is === 'check' && isLaunching(seen.pod)) {
      taken.push({ namespace: seen.pod.ref.namespace, takes: 'slot' });
    }
  }
  return taken;
}
