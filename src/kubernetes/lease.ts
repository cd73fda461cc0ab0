import { type CoordinationV1Api, type V1Lease, type V1LeaseSpec, V1MicroTime } from '@kubernetes/client-node';
import { type Answer, answerOf, describeFailure, type Failed } from './client/answer.ts';
import { type Cancel, type Clock, pause } from './clock.ts';
import type { Log } from './log.ts';
import type { Random } from './queue/backoff.ts';

export interface LeaderElectionOptions {
  /**
   * From a separate Connection with a `timeoutMs` well below `renewDeadlineMs`: a pool busy with builds must not cost
   * the leader its Lease.
   */
  readonly api: CoordinationV1Api;
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
  readonly lease: V1Lease;
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
    return this.#observed?.lease.spec?.holderIdentity ?? '';
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
    const now = new V1MicroTime(this.#options.clock.now());
    const answer = await this.#replace(observed.lease, {
      holderIdentity: '',
      leaseDurationSeconds: 1,
      acquireTime: now,
      renewTime: now,
      leaseTransitions: observed.lease.spec?.leaseTransitions ?? 0,
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
      await pause(clock, interval * (1 + 0.2 * random()), signal);
    }
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
    const { api, clock, identity, name, namespace } = this.#options;
    const answer = await answerOf(() => api.readNamespacedLease({ namespace, name }));
    if (answer.is === 'notFound') {
      await this.#create();
      return;
    }
    if (answer.is !== 'ok') {
      this.#note('the Lease could not be read', answer);
      return;
    }
    const observed = this.#observe(answer.value);
    const { holderIdentity = '', leaseDurationSeconds = 0 } = answer.value.spec ?? {};
    const free =
      holderIdentity === '' ||
      holderIdentity === identity ||
      clock.elapsed() >= observed.at + leaseDurationSeconds * 1000;
    if (free) {
      await this.#claim(answer.value);
    } else if (this.#renewedAt !== undefined) {
      this.#lose(`the Lease was taken by ${holderIdentity}`);
    }
  }

  /** Takes or renews the Lease, if it still equals `lease`. */
  async #claim(lease: V1Lease): Promise<Answer<V1Lease>> {
    const { clock, identity } = this.#options;
    const now = new V1MicroTime(clock.now());
    const { acquireTime, holderIdentity, leaseTransitions = 0 } = lease.spec ?? {};
    const mine = holderIdentity === identity;
    const sent = clock.elapsed();
    const answer = await this.#replace(lease, {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(this.#durationMs / 1000),
      acquireTime: mine && acquireTime !== undefined ? acquireTime : now,
      renewTime: now,
      leaseTransitions: mine ? leaseTransitions : leaseTransitions + 1,
    });
    this.#settle(answer, sent);
    return answer;
  }

  async #create(): Promise<void> {
    const { api, clock, identity, name, namespace } = this.#options;
    const now = new V1MicroTime(clock.now());
    const sent = clock.elapsed();
    const body: V1Lease = {
      metadata: { name, namespace },
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.#durationMs / 1000),
        acquireTime: now,
        renewTime: now,
        leaseTransitions: 0,
      },
    };
    this.#settle(await answerOf(() => api.createNamespacedLease({ namespace, body })), sent);
  }

  #settle(answer: Answer<V1Lease>, sent: number): void {
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

  #observe(lease: V1Lease): Observed {
    const { acquireTime, holderIdentity, leaseTransitions, renewTime } = lease.spec ?? {};
    // Without the resourceVersion: a user who labels the Lease does not prolong it.
    const record = JSON.stringify([holderIdentity, leaseTransitions, acquireTime, renewTime]);
    const at = this.#observed?.record === record ? this.#observed.at : this.#options.clock.elapsed();
    this.#observed = { lease, record, at };
    return this.#observed;
  }

  /** Keeps labels and annotations that others set on the Lease. */
  #replace({ metadata }: V1Lease, spec: V1LeaseSpec): Promise<Answer<V1Lease>> {
    const { api, name, namespace } = this.#options;
    const body: V1Lease = { ...(metadata === undefined ? {} : { metadata }), spec };
    return answerOf(() => api.replaceNamespacedLease({ namespace, name, body }));
  }

  #note(what: string, answer: Failed): void {
    const { log, name, namespace } = this.#options;
    const contended = answer.is === 'conflict' || answer.is === 'alreadyExists';
    log(contended ? 'debug' : 'warn', what, { namespace, lease: name, cause: describeFailure(answer) });
  }
}
