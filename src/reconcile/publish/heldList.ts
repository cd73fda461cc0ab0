import type { Destination, ProfileList } from '../../jupyterhub/profileList.ts';
import type { Standing } from '../../jupyterhub/publication.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import type { Clock } from '../../kubernetes/clock.ts';
import type { Log } from '../../kubernetes/log.ts';
import { keyOf } from '../../kubernetes/object.ts';
import { Cache } from '../../kubernetes/watch/cache.ts';
import { Reflector } from '../../kubernetes/watch/reflector.ts';
import type { ListName } from './decide.ts';
import { projectList, type SeenList } from './seenList.ts';

/** Content of a list, in numbers. */
export interface ListCounts {
  readonly list: string;
  readonly offered: number;
  readonly unavailable: number;
  readonly leftOut: number;
  readonly bytes: number;
}

/** This many failures in a row are more than a hiccup of the API server. */
const readTries = 3;

type State =
  | { readonly is: 'pending' }
  /** The ConfigMap had this content at the last look. */
  | { readonly is: 'settled'; readonly list: ProfileList }
  | { readonly is: 'broken'; readonly problem: string };

/**
 * One published list, with its known content. A watch follows this ConfigMap alone, so the operator needs no right on any
 * other.
 */
export class HeldList {
  readonly destination: Destination;
  readonly name: ListName;
  /** `namespace/configmap`. */
  readonly key: string;
  readonly #cache: Cache<SeenList>;
  readonly #reflector: Reflector<SeenList>;
  readonly #elapsed: () => number;
  #state: State = { is: 'pending' };
  #writtenAt = Number.NEGATIVE_INFINITY;
  #unreadable = 0;

  constructor(
    destination: Destination,
    { connection, clock, log }: { readonly connection: Connection; readonly clock: Clock; readonly log: Log },
    /** Called when the ConfigMap changes, or becomes readable or unreadable. */
    changed: () => void,
  ) {
    const { namespace, configMap } = destination;
    this.destination = destination;
    this.#elapsed = clock.elapsed;
    this.name = { namespace, name: configMap };
    this.key = keyOf(namespace, configMap);
    this.#cache = new Cache<SeenList>({
      project: projectList,
      onChange: changed,
      onProblem: ({ error }) => log('warn', 'a ConfigMap cannot be read', { list: this.key, error: String(error) }),
    });
    this.#reflector = new Reflector({
      connection,
      cache: this.#cache,
      clock,
      random: Math.random,
      log,
      resource: {
        path: `/api/v1/namespaces/${namespace}/configmaps`,
        namespace,
        fieldSelector: `metadata.name=${configMap}`,
      },
      observe: (event) => {
        this.#unreadable = event === 'listFailed' ? this.#unreadable + 1 : 0;
        if (event === 'listed' || this.#unreadable === readTries) {
          changed();
        }
      },
    });
  }

  start(): void {
    this.#reflector.start();
  }

  stop(): void {
    this.#reflector.stop();
  }

  /** Whether a ConfigMap missing from the cache is missing from the cluster. */
  get synced(): boolean {
    return this.#reflector.synced;
  }

  get seen(): SeenList | undefined {
    return this.#cache.get(this.key);
  }

  /** Keeps the server's answer to a write of this process. */
  wrote(object: unknown): void {
    this.#writtenAt = this.#elapsed();
    this.#cache.observe(object);
  }

  /** Time of the last write, on the scale of `clock.elapsed()`; -Infinity: this process has not written the list. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  /** Size of the known content. */
  get bytes(): number {
    return this.#state.is === 'settled' ? this.#state.list.bytes : 0;
  }

  /** Records that the ConfigMap has this content. */
  settle(list: ProfileList): void {
    this.#state = { is: 'settled', list };
  }

  /** Records that the operator cannot write the wanted content. */
  breakWith(problem: string): void {
    this.#state = { is: 'broken', problem };
  }

  /** The known content in numbers; undefined while unknown. */
  get counts(): ListCounts | undefined {
    if (this.#state.is !== 'settled') {
      return undefined;
    }
    const { offered, unavailable, leftOut, bytes } = this.#state.list;
    return { list: this.key, offered: offered.size, unavailable, leftOut: leftOut.size, bytes };
  }

  /** State of a selected ImageSpec in this list. */
  standingOf(key: string): Standing {
    switch (this.#state.is) {
      case 'pending':
        return !this.synced && this.#unreadable >= readTries
          ? { is: 'broken', list: this.key, problem: 'the operator may not read it, or its namespace is not there' }
          : { is: 'pending', list: this.key };
      case 'broken':
        return { is: 'broken', list: this.key, problem: this.#state.problem };
      case 'settled': {
        const { offered, leftOut } = this.#state.list;
        const image = offered.get(key);
        if (image !== undefined) {
          return { is: 'offered', list: this.key, image };
        }
        return leftOut.has(key)
          ? { is: 'leftOut', list: this.key, entries: offered.size }
          : { is: 'without', list: this.key };
      }
    }
  }
}
