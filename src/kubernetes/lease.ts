import { type Answer, answerOf, describeFailure, type Failed } from './client/answer.ts';
import type { Connection } from './client/connection.ts';
import type { ApiRequest } from './client/exchange.ts';
import { pathOf } from './client/paths.ts';
import { type Cancel, type Clock, microTime, pause } from './clock.ts';
import { type Lease, leaseObject, leases } from './leaseObject.ts';
import type { Log } from './log.ts';
import type { Random } from './queue/backoff.ts';

export interface LeaderElectionOptions {
  /**
   * From a separate Connection with a `timeoutMs` well below `renewDeadlineMs`: a pool busy with builds must not cost
   * the leader its Lease.
   */
  readonly connection: Pick<Connection, 'send'>;
  readonly namespace: string;
  readonly name: string;
  /** Unique per process, not per Pod name: a restarted container must not mistake its predecessor for itself. */
  readonly identity: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Called once, when this process becomes the leader. */
  readonly onAcquired: () => void;
  /** Called once, when this process loses the lead without releasing it: stop acting, exit. */
  readonly onLost: (reason: string) => void;
  /** Candidates wait this long after the last renewal they saw. Default 15,000. */
  readonly durationMs?: number;
  /** The leader steps down this long after sending its last renewal. Shorter than `durationMs`. Default 10,000. */
  readonly renewDeadlineMs?: number;
  /** Pause between renewals. Default 2,000. */
  readonly renewMs?: number;
  /** Pause between a candidate's reads. Default 1,000. */
  readonly candidateMs?: number;
}

/** The Lease at its last change, and when this process saw it. */
interface Observed {
  readonly lease: Lease;
  readonly record: string;
  readonly at: number;
}

/**
 * Leader election on a coordination.k8s.io/v1 Lease, after client-go's tools/leaderelection.
 *
 * It trusts no other clock: a Lease expires when it has not changed for its duration on this process's monotonic clock.
 * Every write carries the resourceVersion that was read, so one of two candidates gets a 409. As in client-go, this
 * does not prove that no other process acts: a paused process may not know yet that it lost. Check `leading` right
 * before an effect, and make effects safe against a second actor (fixed names, preconditions).
 */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #durationMs: number;
  readonly #renewDeadlineMs: number;
  readonly #stopping = new AbortController();
  #observed: Observed | undefined;
  /** When the last successful renewal was sent; undefined while not leading. */
  #renewedAt: number | undefined;
  #cancelDeadline: Cancel | undefined;
  #loop: Promise<void> | undefined;

  /** @throws RangeError when `renewDeadlineMs` is not between `renewMs` and `durationMs` */
  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#durationMs = options.durationMs ?? 15_000;
    this.#renewDeadlineMs = options.renewDeadlineMs ?? 10_000;
    if (this.#renewDeadlineMs >= this.#durationMs || this.#renewDeadlineMs <= this.#renewMs) {
      throw new RangeError('renewDeadlineMs must lie between renewMs and durationMs');
    }
  }

  /**
   * Whether this process may act as the leader now. Turns false at the deadline, even before any timer has run (a
   * process that was paused and resumed).
   */
  get leading(): boolean {
    return this.#renewedAt !== undefined && this.#options.clock.elapsed() - this.#renewedAt < this.#renewDeadlineMs;
  }

  /** The last known holder of the Lease; empty without one. */
  get holder(): string {
    return this.#observed?.lease.spec.holderIdentity ?? '';
  }

  /** Starts the campaign; a second call does nothing. */
  start(): void {
    this.#loop ??= this.#run(this.#stopping.signal);
  }

  /**
   * Ends the campaign and releases a held Lease, so that a successor need not wait for its expiry. Call it after the
   * last effect. Never rejects; at worst, the successor waits.
   */
  async release(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    this.#cancelDeadline?.();
    const observed = this.#observed;
    const held = this.leading;
    this.#renewedAt = undefined;
    if (!held || observed === undefined) {
      return;
    }
    const now = microTime(this.#options.clock.now());
    const answer = await this.#replace(observed.lease, {
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
      leaseTransitions: observed.lease.spec.leaseTransitions ?? 0,
    });
    if (answer.is !== 'ok') {
      this.#note('the Lease could not be released', answer);
    }
  }

  get #renewMs(): number {
    return this.#options.renewMs ?? 2_000;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { candidateMs = 1_000, clock, random } = this.#options;
    while (!signal.aborted) {
      await this.#attempt();
      const interval = this.#renewedAt === undefined ? candidateMs : this.#renewMs;
      // A candidate looks again as soon as the Lease may have expired.
      await pause(clock, Math.min(interval * (1 + 0.2 * random()), this.#expiresIn()), signal);
    }
  }

  /** Milliseconds until another one's Lease expires, if it is not renewed; infinite where none is to be waited for. */
  #expiresIn(): number {
    const observed = this.#renewedAt === undefined ? this.#observed : undefined;
    const left = observed === undefined ? 0 : this.#expiryOf(observed) - this.#options.clock.elapsed();
    return left > 0 ? left : Number.POSITIVE_INFINITY;
  }

  #expiryOf({ lease, at }: Observed): number {
    return at + (lease.spec.leaseDurationSeconds ?? 0) * 1000;
  }

  async #attempt(): Promise<void> {
    if (this.#renewedAt !== undefined && !this.leading) {
      this.#lose('the Lease was not renewed in time');
      return;
    }
    if (this.#renewedAt !== undefined && this.#observed !== undefined) {
      // The usual case: no other process wrote, and one request is enough.
      const answer = await this.#claim(this.#observed.lease);
      if (answer.is !== 'conflict' && answer.is !== 'notFound') {
        return;
      }
    }
    await this.#readAndClaim();
  }

  async #readAndClaim(): Promise<void> {
    const { clock, identity } = this.#options;
    const answer = await this.#call({ method: 'GET', path: this.#path() });
    if (answer.is === 'notFound') {
      await this.#create();
      return;
    }
    if (answer.is !== 'ok') {
      this.#note('the Lease could not be read', answer);
      return;
    }
    const observed = this.#observe(answer.value);
    const { holderIdentity } = answer.value.spec;
    const free =
      (holderIdentity ?? '') === '' || holderIdentity === identity || clock.elapsed() >= this.#expiryOf(observed);
    if (free) {
      await this.#claim(answer.value);
    } else if (this.#renewedAt !== undefined) {
      this.#lose(`the Lease was taken by ${holderIdentity}`);
    }
  }

  /** Takes or renews the Lease, if it still equals `lease`. */
  async #claim(lease: Lease): Promise<Answer<Lease>> {
    const { clock, identity } = this.#options;
    const now = microTime(clock.now());
    const { acquireTime, holderIdentity, leaseTransitions } = lease.spec;
    const mine = holderIdentity === identity;
    const sent = clock.elapsed();
    const answer = await this.#replace(lease, {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(this.#durationMs / 1000),
      acquireTime: mine ? (acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (leaseTransitions ?? 0) + (mine ? 0 : 1),
    });
    this.#settle(answer, sent);
    return answer;
  }

  async #create(): Promise<void> {
    const { clock, identity, name, namespace } = this.#options;
    const now = microTime(clock.now());
    const sent = clock.elapsed();
    const body: Lease = {
      metadata: { name, namespace },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.#durationMs / 1000),
        acquireTime: now,
        renewTime: now,
        leaseTransitions: 0,
      },
    };
    const path = pathOf({ ...leases, namespace });
    this.#settle(await this.#call({ method: 'POST', path, body }), sent);
  }

  #settle(answer: Answer<Lease>, sent: number): void {
    if (answer.is !== 'ok') {
      this.#note('the Lease could not be written', answer);
      return;
    }
    this.#observe(answer.value);
    const acquired = this.#renewedAt === undefined;
    if (this.#stopping.signal.aborted && acquired) {
      // release() continues from here: it releases the Lease that it finds held.
      this.#renewedAt = sent;
      return;
    }
    this.#renewedAt = sent;
    this.#cancelDeadline?.();
    this.#cancelDeadline = this.#options.clock.after(
      Math.max(0, sent + this.#renewDeadlineMs - this.#options.clock.elapsed()),
      () => this.#lose('the Lease was not renewed in time'),
    );
    if (acquired) {
      this.#options.onAcquired();
    }
  }

  #lose(reason: string): void {
    if (this.#renewedAt === undefined || this.#stopping.signal.aborted) {
      return;
    }
    this.#renewedAt = undefined;
    this.#cancelDeadline?.();
    this.#stopping.abort();
    this.#options.onLost(reason);
  }

  #observe(lease: Lease): Observed {
    const { acquireTime, holderIdentity, leaseTransitions, renewTime } = lease.spec;
    // Without the resourceVersion: a user who labels the Lease does not prolong it.
    const record = JSON.stringify([holderIdentity, leaseTransitions, acquireTime, renewTime]);
    const at = this.#observed?.record === record ? this.#observed.at : this.#options.clock.elapsed();
    this.#observed = { lease, record, at };
    return this.#observed;
  }

  /** Keeps labels and annotations that others set on the Lease. */
  #replace({ metadata }: Lease, spec: Lease['spec']): Promise<Answer<Lease>> {
    return this.#call({ method: 'PUT', path: this.#path(), body: { metadata, spec } });
  }

  async #call(call: ApiRequest): Promise<Answer<Lease>> {
    const answer = await answerOf(() => this.#options.connection.send(call));
    if (answer.is !== 'ok') {
      return answer;
    }
    const lease = leaseObject.safeParse(answer.value);
    return lease.success
      ? { is: 'ok', value: lease.data }
      : { is: 'unavailable', message: 'the response is not a Lease' };
  }

  #path(): string {
    const { name, namespace } = this.#options;
    return pathOf({ ...leases, namespace }, name);
  }

  #note(what: string, answer: Failed): void {
    const { log, name, namespace } = this.#options;
    const contended = answer.is === 'conflict' || answer.is === 'alreadyExists';
    log(contended ? 'debug' : 'warn', what, { namespace, lease: name, cause: describeFailure(answer) });
  }
}
