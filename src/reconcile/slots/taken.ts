import { type Instant, seconds } from '../../api/time.ts';
import type { Config } from '../../config/schema.ts';
import { isOver, type PodState } from '../../kaniko/run.ts';
import { isLaunching } from '../../lifecycle/model/checkPod.ts';
import type { Caches } from '../watched/caches.ts';
import { podOf } from '../watched/children.ts';
import type { SeenJob, SeenPod } from '../watched/projections.ts';
import { type Counts, type Taken, Tally } from './tally.ts';

/** Within this time the Job controller creates a Pod, unless the API server refuses it. */
export const podPatience = seconds(60);

/** What takes slots, by the kind of work. */
export interface Running {
  readonly builds: RunningBuilds;
  readonly launches: Counts;
}

/** Counts what runs, and goes on as the caches change. */
export function followRunning(caches: Caches, { build, jupyterHub }: Config, now: Instant): Running {
  return {
    builds: new RunningBuilds(caches, build.concurrencyPerNamespace, now),
    launches: runningLaunches(caches, jupyterHub.probe.concurrencyPerNamespace),
  };
}

/** The builds that have started and not ended, counted as the caches change. */
export class RunningBuilds {
  readonly #caches: Pick<Caches, 'jobs' | 'pods'>;
  readonly #tally: Tally;
  /** Keys of Jobs by UID. */
  readonly #keys = new Map<string, string>();
  /** UIDs of Jobs without a Pod, with the end of their patience: time alone changes what they take. */
  readonly #patient = new Map<string, Instant>();
  #nextEnd: Instant = Number.POSITIVE_INFINITY;
  #now: Instant;

  /** @param perNamespace the most slots of one namespace that count */
  constructor(caches: Pick<Caches, 'jobs' | 'pods'>, perNamespace: number, now: Instant) {
    this.#caches = caches;
    this.#tally = new Tally(perNamespace);
    this.#now = now;
    for (const key of caches.jobs.keys()) {
      this.#seeJob(key, undefined, caches.jobs.get(key));
    }
    caches.jobs.subscribe(({ key, before, after }) => this.#seeJob(key, before, after));
    caches.pods.subscribe(({ before, after }) => this.#seePod(after ?? before));
  }

  /** What the builds take at this time. */
  at(now: Instant): Counts {
    this.#now = now;
    if (now >= this.#nextEnd) {
      const over = [...this.#patient].filter(([, end]) => now >= end);
      for (const [uid] of over) {
        this.#count(uid);
      }
      this.#nextEnd = Math.min(...this.#patient.values());
    }
    return this.#tally;
  }

  #seeJob(key: string, before: SeenJob | undefined, after: SeenJob | undefined): void {
    if (before !== undefined && before.ref.uid !== after?.ref.uid) {
      this.#keys.delete(before.ref.uid);
      this.#patient.delete(before.ref.uid);
      this.#tally.set(before.ref.uid, null);
    }
    if (after !== undefined) {
      this.#keys.set(after.ref.uid, key);
      this.#count(after.ref.uid);
    }
  }

  #seePod(seen: SeenPod | undefined): void {
    if (seen?.is === 'build') {
      this.#count(seen.job);
    }
  }

  #count(uid: string): void {
    const job = this.#caches.jobs.get(this.#keys.get(uid) ?? '');
    if (job === undefined) {
      return;
    }
    const pod = podOf(this.#caches, job);
    const end = job.createdAt + podPatience;
    if (pod === null && !job.ended && this.#now < end) {
      this.#patient.set(uid, end);
      this.#nextEnd = Math.min(this.#nextEnd, end);
    } else {
      this.#patient.delete(uid);
    }
    this.#tally.set(uid, takenBy(job, pod, this.#now));
  }
}

function takenBy(job: SeenJob, pod: PodState | null, now: Instant): Taken | null {
  const runs = pod === null ? !job.ended : !isOver(pod);
  return runs ? { namespace: job.ref.namespace, takes: occupies(job, pod, now) ? 'slot' : 'slotOfNamespace' } : null;
}

/** Whether a build has a node, or will soon have one. */
function occupies({ createdAt }: SeenJob, pod: PodState | null, now: Instant): boolean {
  return pod === null ? now < createdAt + podPatience : pod.nodeName !== '' || pod.unschedulable === '';
}

/**
 * Counts the current launches as the cache changes.
 * @param perNamespace the most slots of one namespace that count
 */
function runningLaunches({ pods }: Pick<Caches, 'pods'>, perNamespace: number): Counts {
  const tally = new Tally(perNamespace);
  const see = (key: string, seen: SeenPod | undefined): void => {
    const isLaunch = seen?.is === 'check' && isLaunching(seen.pod);
    tally.set(key, isLaunch ? { namespace: seen.pod.ref.namespace, takes: 'slot' } : null);
  };
  for (const key of pods.keys()) {
    see(key, pods.get(key));
  }
  pods.subscribe(({ key, after }) => see(key, after));
  return tally;
}
