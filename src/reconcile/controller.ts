import { failed } from '../api/result.ts';
import type { Instant } from '../api/time.ts';
import type { Config } from '../config/schema.ts';
import { planOfBounded } from '../dockerfile/plan.ts';
import { outputOf } from '../imagespec/resolveSpec.ts';
import type { Cancel, Clock } from '../kubernetes/clock.ts';
import type { Log } from '../kubernetes/log.ts';
import { splitKey } from '../kubernetes/object.ts';
import { KeyQueue, type KeyQueueOptions } from '../kubernetes/queue/keyQueue.ts';
import { Turnstile } from '../kubernetes/queue/turnstile.ts';
import { baseUpdatesFrom } from '../lifecycle/bases/updateWindow.ts';
import { decide, type Pass } from '../lifecycle/decide.ts';
import type { Effect } from '../lifecycle/model/effect.ts';
import type { Outcome } from '../lifecycle/model/failedEffect.ts';
import type { Observation, PublishedView } from '../lifecycle/model/observation.ts';
import { spread } from '../lifecycle/model/spread.ts';
import { Absences } from './answers/absences.ts';
import { Memory } from './answers/memory.ts';
import type { Sources } from './answers/sources.ts';
import { WrittenStatuses } from './effects/writtenStatuses.ts';
import { Budget, clusterLimits } from './errands/budget.ts';
import { Errands } from './errands/errands.ts';
import { mostPlanned, Plans } from './plans.ts';
import { queuedIn } from './slots/queued.ts';
import { Slots } from './slots/slots.ts';
import { followRunning, type Running } from './slots/taken.ts';
import { nothingTaken } from './slots/tally.ts';
import { type End, type Step, Steps } from './steps.ts';
import { urgencyOf } from './urgency.ts';
import type { Caches } from './watched/caches.ts';
import { buildsOf, checkPodsOf, startedByBases } from './watched/children.ts';
import { outputHolder } from './watched/outputs.ts';
import type { SeenImageSpec } from './watched/projections.ts';
import { withoutPushSecret } from './watched/pushSecrets.ts';
import { upstreamOf } from './watched/upstream.ts';

export interface ControllerOptions {
  readonly sources: Sources;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Receives each written status, for Events and metrics. */
  readonly wrote: (effect: Extract<Effect, { do: 'writeStatus' }>) => void;
  /** Receives each failed effect. The next pass shows the failure in the status, unless the status itself failed. */
  readonly failed: (effect: Effect, outcome: Extract<Outcome, { is: 'refused' | 'unavailable' }>) => void;
  /** State of an ImageSpec in the published lists. */
  readonly published: (key: string) => PublishedView;
  /** Receives the number of ImageSpecs that wait for a slot, and of errands that wait for room, after each pass. */
  readonly queued: (waiting: {
    readonly builds: number;
    readonly launches: number;
    readonly questions: { readonly registries: number; readonly cluster: number };
  }) => void;
  /** For metrics: a step of a pass, its question or its write took so long. */
  readonly stepped: (step: Step, milliseconds: number) => void;
  /** For metrics of the passes. */
  readonly passes: NonNullable<KeyQueueOptions['observe']>;
  /** For metrics: a pass ended with an exception, which is logged. */
  readonly passFailed: () => void;
  /** False when another process may have taken over. */
  readonly mayAct: () => boolean;
  /** Number of ImageSpecs whose passes run concurrently. */
  readonly workers: number;
}

/** More steps than a correct pass needs. Beyond this bound the key waits, so that a fault cannot make a pass spin. */
const mostSteps = 40;
const slotsEvery = 15_000;

/** Brings every ImageSpec to rest: observe, decide, take one step, and observe again. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: KeyQueue;
  readonly #memory = new Memory();
  readonly #plans: Plans;
  readonly #turnstile = new Turnstile();
  readonly #written: WrittenStatuses;
  readonly #errands: Errands;
  readonly #steps: Steps;
  readonly #absences = new Absences();
  readonly #builds: Slots;
  readonly #launches: Slots;
  readonly #startedAt: Instant;
  #caches: Caches | undefined;
  #running: Running | undefined;
  #cancelCall: Cancel = () => undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    const { config } = options;
    const { build, jupyterHub, registries } = config;
    this.#plans = new Plans({
      read: ({ self: { namespace, name }, spec, tooLong }) => ({
        plan: tooLong === null ? planOfBounded({ namespace, name, spec }, config) : failed(tooLong),
        output: outputOf({ namespace, name, spec }, config),
      }),
      mostBytes: mostPlanned,
    });
    const call = (key: string): void => this.#queue.add(key);
    this.#builds = new Slots({
      limits: { total: build.concurrency, perNamespace: build.concurrencyPerNamespace },
      running: () => this.#running?.builds.at(options.clock.now()) ?? nothingTaken,
      call,
    });
    this.#launches = new Slots({
      limits: { total: jupyterHub.probe.concurrency, perNamespace: jupyterHub.probe.concurrencyPerNamespace },
      running: () => this.#running?.launches ?? nothingTaken,
      call,
    });
    this.#written = new WrittenStatuses(options.log);
    this.#startedAt = options.clock.now();
    const passFailed = (key: string, error: unknown): void => {
      options.passFailed();
      options.log('error', 'a pass failed', {
        key,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    };
    this.#errands = new Errands({
      clock: options.clock,
      budgets: { registries: new Budget(registries.requests), cluster: new Budget(clusterLimits) },
      wake: call,
      wakeLater: (key) => this.#queue.addRateLimited(key),
      onError: (key, error) => {
        passFailed(key, error);
        this.#queue.addRateLimited(key);
      },
    });
    this.#queue = new KeyQueue({
      handle: (key) => this.#reconcile(key),
      workers: options.workers,
      groupOf: (key) => splitKey(key).namespace,
      urgencyOf: (key) => urgencyOf(this.#caches, key),
      observe: options.passes,
      backoff: { baseMs: 500, capMs: 60_000 },
      clock: options.clock,
      random: Math.random,
      onError: passFailed,
    });
    this.#steps = new Steps({
      options,
      memory: this.#memory,
      written: this.#written,
      errands: this.#errands,
      queue: this.#queue,
      builds: this.#builds,
      launches: this.#launches,
    });
  }

  /** Queues a pass for an ImageSpec. */
  add(key: string): void {
    this.#queue.add(key);
  }

  /** Starts the workers; the caches must be complete. */
  start(caches: Caches): void {
    this.#caches = caches;
    this.#running = followRunning(caches, this.#options.config, this.#options.clock.now());
    // First come, first served, across restarts: queued builds get their tickets back before the first pass.
    for (const [key, since] of queuedIn(caches)) {
      this.#builds.wait(key, since);
    }
    this.#queue.start();
    this.#callNext();
  }

  /** Calls waiting ImageSpecs without an event, because a Job that waits long for its Pod gives its slot back. */
  #callNext(): void {
    this.#builds.callNext();
    this.#launches.callNext();
    this.#cancelCall = this.#options.clock.after(slotsEvery, () => this.#callNext());
  }

  /** Takes no new work, and waits at most `deadlineMs` milliseconds for running passes. */
  async stop(deadlineMs: number): Promise<void> {
    this.#cancelCall();
    await this.#queue.shutdown(deadlineMs);
  }

  async #reconcile(key: string): Promise<void> {
    const { clock, sources } = this.#options;
    const caches = this.#caches;
    if (caches === undefined) {
      throw new Error('reconcile before start');
    }
    for (let step = 0; step < mostSteps; step++) {
      await this.#turnstile.enter(splitKey(key).namespace);
      this.#queue.seen(key);
      const seen = caches.imageSpecs.get(key);
      if (seen === undefined || seen.deleting) {
        this.#leave(key);
        return;
      }
      const missing = await this.#absences.confirm(sources.connection, caches, key, seen);
      if (missing === 'unavailable') {
        this.#comeBack(key, 'tryLater');
        return;
      }
      if (missing === 'looked') {
        continue;
      }
      const begun = clock.elapsed();
      const pass = decide(this.#observe(caches, key, seen));
      this.#keepTickets(key, pass);
      this.#options.stepped({ kind: 'decide', step: pass.decision.next }, clock.elapsed() - begun);
      if (pass.decision.next === 'rest') {
        this.#queue.forget(key);
        this.#errands.rest(key);
        // The status now holds the result of the log.
        this.#memory.forget(key, ({ question, reply }) => question.ask === 'log' && reply.is === 'known');
        const left = (pass.decision.until ?? Number.POSITIVE_INFINITY) - clock.now();
        this.#plans.rest(key, left);
        if (left < Number.POSITIVE_INFINITY) {
          this.#queue.addAfter(key, Math.max(100, left));
        }
        return;
      }
      const end =
        pass.decision.next === 'ask'
          ? await this.#steps.ask(caches, key, seen, pass.decision.questions, pass.decision.meanwhile)
          : await this.#steps.act(caches, key, pass.decision.effect);
      if (end !== 'goOn') {
        this.#comeBack(key, end);
        return;
      }
    }
    this.#options.log('warn', 'a pass did not come to rest', { key });
    this.#comeBack(key, 'tryLater');
  }

  #comeBack(key: string, end: Exclude<End, 'goOn'>): void {
    if (end === 'tryLater') {
      this.#queue.addRateLimited(key);
    } else if (end === 'report') {
      this.#queue.add(key);
    }
  }

  #observe(caches: Caches, key: string, seen: SeenImageSpec): Observation {
    const { config, clock } = this.#options;
    const { self, spec, requests } = seen;
    const now = clock.now();
    const { plan, output } = this.#plans.of(key, seen);
    const [builds, checkPods] = [buildsOf(caches, self), checkPodsOf(caches, self)];
    return {
      now,
      startedAt: this.#startedAt,
      self,
      requests,
      plan: withoutPushSecret(seen, plan, (value) => caches.imageSpecs.byIndex(value)),
      outputHolder: outputHolder(seen, output, (value) => caches.imageSpecs.byIndex(value)),
      upstream: upstreamOf(seen, (other) => caches.imageSpecs.get(other)),
      status: this.#written.of(key, seen),
      builds,
      checkPods,
      published: this.#options.published(key),
      checkTurn: this.#launches.mayStart(key, now) ? 'mayStart' : 'wait',
      ...this.#memory.of(key, self, requests, now),
      ...this.#memory.sight(key, { builds, checkPods, patience: config.build }, now),
      patience: config.build,
      buildTurn: this.#builds.mayStart(key, now) ? 'mayStart' : 'wait',
      baseUpdatesFrom:
        spec.baseUpdate?.policy === 'Rebuild'
          ? baseUpdatesFrom(now, config.baseUpdates, startedByBases(caches), spread(self.uid))
          : now,
    };
  }

  #leave(key: string): void {
    this.#memory.leave(key);
    this.#absences.leave(key);
    this.#errands.leave(key);
    this.#plans.leave(key);
    this.#written.leave(key);
    this.#builds.leave(key);
    this.#launches.leave(key);
    this.#queue.forget(key);
  }

  /** A waiting ImageSpec keeps its ticket; any other ImageSpec gives its ticket back, so that others may start. */
  #keepTickets(key: string, { situation, decision, check }: Pass): void {
    const now = this.#options.clock.now();
    if (situation.is === 'queued') {
      this.#builds.wait(key, situation.build.queuedTime ?? now);
    } else {
      this.#builds.leave(key);
    }
    // Only a pass at rest gives the ticket back: the write of a status must not cost the ImageSpec its place.
    if (check === 'waits') {
      this.#launches.wait(key, this.#launches.since(key) ?? now);
    } else if (decision.next === 'rest') {
      this.#launches.leave(key);
    }
    this.#options.queued({
      builds: this.#builds.waiting,
      launches: this.#launches.waiting,
      questions: this.#errands.waiting,
    });
  }
}
