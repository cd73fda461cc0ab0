import { LRUCache } from 'lru-cache';
import type { Credential } from '../oci/dockerConfig.ts';
import { formatReference, type Reference } from '../oci/reference.ts';
import type { Failed, RegistryResult } from './failure.ts';
import { credentialHash } from './http/credentialHash.ts';
import type { Found } from './resolve.ts';

/** One look-up of an image. */
export interface Lookup {
  readonly reference: Reference;
  readonly platform: string;
  readonly credential: Credential | undefined;
  /** The earliest request time of an acceptable answer; milliseconds since the epoch. */
  readonly since: number;
}

/** What shared look-ups need. */
export interface LookupsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Finds an image. */
  readonly find: (lookup: Lookup) => Promise<RegistryResult<Found>>;
  /** The digest that the reference has now, null when there is none; undefined when a full look-up costs no more. */
  readonly digestNow: (lookup: Lookup) => Promise<RegistryResult<string | null>> | undefined;
  /** For metrics; called once for each look-up. */
  readonly observe?: (how: LookupHow) => void;
}

/** Where a look-up found its answer: at the registry, at one under way, in memory, or in memory and confirmed by its digest. */
export type LookupHow = 'asked' | 'joined' | 'kept' | 'confirmed';

interface Times {
  /** The time of the request: the answer shows no later change. */
  readonly startedAt: number;
  readonly until: number;
}

type Kept =
  | (Times & { readonly is: 'found'; readonly found: Found; readonly size: number })
  | (Times & { readonly is: 'failed'; readonly failed: Failed; readonly size: number });

/** Time that an answer is shared. A found image stays longer, while its tag has the same digest. */
const lifeMs = { found: 20_000, failed: 3000 };
/** Limit of all kept answers together, in characters. */
export const mostKept = 4_194_304;

/**
 * Shares look-ups of the same image with the same credential: concurrent ones, and those shortly after. Registries limit
 * look-ups, and a base has many users. Docker Hub counts each manifest that a client reads, but no HEAD request.
 */
export class Lookups {
  readonly #options: LookupsOptions;
  readonly #kept = new LRUCache<string, Kept>({ maxSize: mostKept, sizeCalculation: ({ size }) => size });
  readonly #flights = new Map<
    string,
    { readonly startedAt: number; readonly answer: Promise<RegistryResult<Found>> }
  >();

  constructor(options: LookupsOptions) {
    this.#options = options;
  }

  /** Finds an image, or joins a look-up that has begun. */
  find(lookup: Lookup): Promise<RegistryResult<Found>> {
    const key = keyOf(lookup);
    const now = this.#options.now();
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.startedAt >= lookup.since && now < kept.until) {
      this.#options.observe?.('kept');
      return Promise.resolve(kept.is === 'found' ? { ok: true, value: kept.found } : kept.failed);
    }
    const flight = this.#flights.get(key);
    if (flight !== undefined && flight.startedAt >= lookup.since) {
      this.#options.observe?.('joined');
      return flight.answer;
    }
    const answer = this.#ask(lookup, kept).then((result) => {
      this.#keep(key, result, now);
      return result;
    });
    const mine = { startedAt: now, answer };
    this.#flights.set(key, mine);
    const land = (): void => {
      if (this.#flights.get(key) === mine) {
        this.#flights.delete(key);
      }
    };
    answer.then(land, land);
    return answer;
  }

  async #ask(lookup: Lookup, kept: Kept | undefined): Promise<RegistryResult<Found>> {
    const { find, digestNow, observe } = this.#options;
    const digest = kept?.is === 'found' ? await digestNow(lookup) : undefined;
    const isSame = kept?.is === 'found' && digest?.ok === true && digest.value === kept.found.named;
    observe?.(isSame ? 'confirmed' : 'asked');
    if (isSame) {
      return { ok: true, value: kept.found };
    }
    return digest === undefined || digest.ok ? find(lookup) : digest;
  }

  #keep(key: string, result: RegistryResult<Found>, startedAt: number): void {
    const now = this.#options.now();
    const size = key.length + JSON.stringify(result).length;
    this.#kept.set(
      key,
      result.ok
        ? { is: 'found', startedAt, until: now + lifeMs.found, found: result.value, size }
        : { is: 'failed', startedAt, until: now + lifeMs.failed, failed: result, size },
    );
  }
}

/** Of the credential only a hash stays. */
function keyOf({ reference, platform, credential }: Lookup): string {
  return JSON.stringify([formatReference(reference), platform, credentialHash(credential)]);
}
