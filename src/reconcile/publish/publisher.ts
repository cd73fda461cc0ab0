import type { Config } from '../../config/schema.ts';
import type { Candidate } from '../../jupyterhub/candidate.ts';
import { isSelected, profileList } from '../../jupyterhub/profileList.ts';
import { type Publication, publicationOf } from '../../jupyterhub/publication.ts';
import { describeFailure, type Failed } from '../../kubernetes/answer.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { Connection } from '../../kubernetes/connection.ts';
import { KeyQueue } from '../../kubernetes/keyQueue.ts';
import type { Log } from '../../kubernetes/log.ts';
import type { PublishedView } from '../../lifecycle/model/observation.ts';
import type { Caches } from '../watched/caches.ts';
import { actOnList } from './act.ts';
import { candidateOf } from './candidateOf.ts';
import { decideList } from './decide.ts';
import { HeldList, type ListCounts } from './heldList.ts';

/** How often lists are written. */
export interface PublishPace {
  /** Many changes within this time make one write of a list. */
  readonly gatherMs: number;
  /**
   * A list is written at no more than this rate in the long run: etcd keeps each version for five minutes, and a full list
   * that changes with each of many builds would fill it.
   */
  readonly bytesPerMs: number;
}

/** What an operator in use keeps to: 100 kB/s. */
export const publishPace: PublishPace = { gatherMs: 300, bytesPerMs: 100 };

/** What a publisher needs. */
export interface PublisherOptions {
  readonly connection: Connection;
  readonly settings: Config['jupyterHub'];
  readonly clock: Clock;
  readonly log: Log;
  readonly pace: PublishPace;
  /** False when another process may have taken over. */
  readonly mayAct: () => boolean;
  /** Told the key of each ImageSpec of which `publication` says something else than before. */
  readonly changed: (key: string) => void;
  /** For metrics; a list by `namespace/configmap`. */
  readonly observe: {
    readonly lists: (lists: readonly ListCounts[]) => void;
    readonly wrote: (list: string) => void;
    readonly failed: (list: string, cause: Failed['is'] | 'foreign') => void;
  };
}

/** What a person must see to is looked at again so often. */
const patienceMs = 60_000;

/** The second controller: keeps each ConfigMap of `jupyterHub.publish` equal to what shall be offered there. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #queue: KeyQueue;
  readonly #lists: ReadonlyMap<string, HeldList>;
  readonly #candidates = new Map<string, { readonly candidate: Candidate; readonly text: string }>();
  /** What was last told of each, so that only news is told. */
  readonly #told = new Map<string, string>();
  #caches: Caches | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#queue = new KeyQueue({
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

  /** Begins to publish; the caches must be complete. */
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

  /** An ImageSpec has changed, or is gone. */
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

  /** What is known of the condition `Published` of an ImageSpec. */
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

  /** Takes no new work and lets running writes finish, for at most so many milliseconds. */
  async stop(deadlineMs: number): Promise<void> {
    for (const list of this.#lists.values()) {
      list.stop();
    }
    await this.#queue.shutdown(deadlineMs);
  }

  /** Looks at a list once its changes have gathered; at a long one not right after it was written. */
  #lookSoon(list: HeldList): void {
    const { pace, clock } = this.#options;
    const wait = list.writtenAt + list.bytes / pace.bytesPerMs - clock.elapsed();
    this.#queue.addAfter(list.key, Math.max(pace.gatherMs, wait));
  }

  /** Takes in what an ImageSpec is now. Returns what it was and what it is, when that differs. */
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
      this.#told.delete(key);
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
      this.#tell();
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
        const answer = await actOnList(this.#options.connection.core, decision.effect);
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
    this.#tell();
  }

  #afterFailure(list: HeldList, failed: Failed): void {
    switch (failed.is) {
      case 'conflict':
      case 'alreadyExists':
      case 'unavailable':
        // Somebody else wrote, which the watch is about to show, or nobody knows: the list stays as it was told.
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

  /** Tells of every ImageSpec whose publication is another now. */
  #tell(): void {
    this.#options.observe.lists([...this.#lists.values()].flatMap(({ counts }) => counts ?? []));
    for (const [key, { candidate }] of this.#candidates) {
      const publication = this.#publicationOf(key, candidate);
      const text = JSON.stringify(publication);
      if (publication !== null && this.#told.get(key) !== text) {
        this.#told.set(key, text);
        this.#options.changed(key);
      }
    }
  }
}
