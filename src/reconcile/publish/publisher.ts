import type { Config } from '../../config/schema.ts';
import type { Candidate } from '../../jupyterhub/candidate.ts';
import { isSelected, profileList } from '../../jupyterhub/profileList.ts';
import { type Publication, publicationOf } from '../../jupyterhub/publication.ts';
import { describeFailure, type Failed } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { Log } from '../../kubernetes/log.ts';
import { KeyQueue } from '../../kubernetes/queue/keyQueue.ts';
import type { PublishedView } from '../../lifecycle/model/observation.ts';
import type { Caches } from '../watched/caches.ts';
import { actOnList } from './act.ts';
import { candidateOf } from './candidateOf.ts';
import { decideList } from './decide.ts';
import { HeldList, type ListCounts } from './heldList.ts';

/** Limits on the writes of lists. */
export interface PublishPace {
  /** All changes within this time make one write of a list. */
  readonly gatherMs: number;
  /**
   * Highest average rate of writes of a list. etcd keeps each version for five minutes. A full list that changes with each
   * of many builds would fill etcd.
   */
  readonly bytesPerMs: number;
}

/** The pace in production: 100 kB/s. */
export const publishPace: PublishPace = { gatherMs: 300, bytesPerMs: 100 };

export interface PublisherOptions {
  readonly connection: Connection;
  readonly settings: Config['jupyterHub'];
  readonly clock: Clock;
  readonly log: Log;
  readonly pace: PublishPace;
  /** False when another process may have taken over. */
  readonly mayAct: () => boolean;
  /** Receives the key of each ImageSpec whose publication has changed. */
  readonly changed: (key: string) => void;
  /** Receivers of metrics; `namespace/configmap` names a list. */
  readonly observe: {
    readonly lists: (lists: readonly ListCounts[]) => void;
    readonly wrote: (list: string) => void;
    readonly failed: (list: string, cause: Failed['is'] | 'foreign') => void;
  };
}

/** Pause before the next look at a list that only a person can correct. */
const patienceMs = 60_000;

/** The second controller: keeps the wanted content in each ConfigMap of `jupyterHub.publish`. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #queue: KeyQueue;
  readonly #lists: ReadonlyMap<string, HeldList>;
  readonly #candidates = new Map<string, { readonly candidate: Candidate; readonly text: string }>();
  /** The last reported publication of each ImageSpec, so that the publisher reports only changes. */
  readonly #reported = new Map<string, string>();
  #caches: Caches | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#queue = new KeyQueue({
      urgencyOf: () => 'routine',
      handle: (list) => this.#reconcile(list),
      workers: 2,
      groupOf: (list) => list,
      backoff: { baseMs: 500, capMs: patienceMs },
      clock: options.clock,
      random: Math.random,
      onError: (list, error) => {
        options.log('error', 'publishing failed', {
          list,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      },
    });
    this.#lists = new Map(
      options.settings.publish.map((destination) => {
        const held = new HeldList(destination, options, () => this.#lookSoon(held));
        return [held.key, held];
      }),
    );
  }

  /** Starts publishing; the caches must be complete. */
  start(caches: Caches): void {
    if (this.#lists.size === 0) {
      return;
    }
    this.#caches = caches;
    for (const key of caches.imageSpecs.keys()) {
      this.#learn(caches, key);
    }
    for (const list of this.#lists.values()) {
      list.start();
    }
    this.#queue.start();
  }

  /** Takes in a changed or deleted ImageSpec. */
  look(key: string): void {
    if (this.#caches === undefined) {
      return;
    }
    for (const candidate of this.#learn(this.#caches, key)) {
      for (const list of this.#lists.values()) {
        if (isSelected(list.destination, candidate)) {
          this.#lookSoon(list);
        }
      }
    }
  }

  /** Condition `Published` of an ImageSpec. */
  published(key: string): PublishedView {
    if (this.#lists.size === 0) {
      return { is: 'absent' };
    }
    if (this.#caches === undefined) {
      return { is: 'unknown' };
    }
    const candidate = this.#candidates.get(key)?.candidate;
    if (candidate === undefined) {
      return { is: 'absent' };
    }
    const publication = this.#publicationOf(key, candidate);
    return publication === null ? { is: 'unknown' } : { is: 'known', ...publication };
  }

  /** Takes no new work, and waits at most `deadlineMs` milliseconds for running writes. */
  async stop(deadlineMs: number): Promise<void> {
    for (const list of this.#lists.values()) {
      list.stop();
    }
    await this.#queue.shutdown(deadlineMs);
  }

  /** Queues a list once its changes have gathered; a long list waits longer after its last write. */
  #lookSoon(list: HeldList): void {
    const { pace, clock } = this.#options;
    const wait = list.writtenAt + list.bytes / pace.bytesPerMs - clock.elapsed();
    this.#queue.addAfter(list.key, Math.max(pace.gatherMs, wait));
  }

  /** Takes in the present ImageSpec. Returns the old and the new candidate if they differ. */
  #learn(caches: Caches, key: string): readonly Candidate[] {
    const before = this.#candidates.get(key);
    const seen = caches.imageSpecs.get(key);
    const candidate = seen === undefined ? null : candidateOf(seen);
    const text = JSON.stringify(candidate);
    if (before?.text === text) {
      return [];
    }
    const old = before === undefined ? [] : [before.candidate];
    if (candidate === null) {
      this.#candidates.delete(key);
      this.#reported.delete(key);
      return old;
    }
    this.#candidates.set(key, { candidate, text });
    return [...old, candidate];
  }

  async #reconcile(key: string): Promise<void> {
    const list = this.#lists.get(key);
    if (list === undefined || !this.#options.mayAct()) {
      return;
    }
    if (!list.synced) {
      this.#reportChanges();
      return;
    }
    const wanted = profileList(
      list.destination,
      this.#options.settings.profiles,
      [...this.#candidates.values()].map(({ candidate }) => candidate),
    );
    const decision = decideList(list.name, wanted.data, list.seen);
    switch (decision.next) {
      case 'rest':
        list.settle(wanted);
        this.#queue.forget(key);
        break;
      case 'leave':
        this.#fail(list, 'foreign', decision.problem);
        break;
      case 'act': {
        const answer = await actOnList(this.#options.connection, decision.effect);
        if (answer.is === 'ok') {
          list.wrote(answer.value);
          list.settle(wanted);
          this.#options.observe.wrote(key);
          this.#queue.forget(key);
        } else {
          this.#afterFailure(list, answer);
        }
      }
    }
    this.#reportChanges();
  }

  #afterFailure(list: HeldList, failed: Failed): void {
    switch (failed.is) {
      case 'conflict':
      case 'alreadyExists':
      case 'unavailable':
        // Another writer was first, as the watch will show, or the outcome is unknown: the reported state stays.
        this.#options.observe.failed(list.key, failed.is);
        this.#queue.addRateLimited(list.key);
        return;
      case 'notFound':
        this.#fail(list, failed.is, `the namespace ${list.destination.namespace} does not exist`);
        return;
      case 'refused':
        this.#fail(list, failed.is, describeFailure(failed));
    }
  }

  #fail(list: HeldList, cause: Failed['is'] | 'foreign', problem: string): void {
    this.#options.observe.failed(list.key, cause);
    this.#options.log('warn', 'a list of images cannot be written', { list: list.key, problem });
    list.breakWith(problem);
    this.#queue.addAfter(list.key, patienceMs);
  }

  #publicationOf(key: string, candidate: Candidate): Publication | null {
    const standings = [...this.#lists.values()]
      .filter(({ destination }) => isSelected(destination, candidate))
      .map((list) => list.standingOf(key));
    return publicationOf(candidate, standings);
  }

  /** Reports every ImageSpec whose publication has changed. */
  #reportChanges(): void {
    this.#options.observe.lists([...this.#lists.values()].flatMap(({ counts }) => counts ?? []));
    for (const [key, { candidate }] of this.#candidates) {
      const publication = this.#publicationOf(key, candidate);
      const text = JSON.stringify(publication);
      if (publication !== null && this.#reported.get(key) !== text) {
        this.#reported.set(key, text);
        this.#options.changed(key);
      }
    }
  }
}
