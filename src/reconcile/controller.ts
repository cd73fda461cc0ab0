import type { Instant } from '../api/time.ts';
import { hasEnded } from '../build/run.ts';
import type { Config } from '../config/schema.ts';
import { planOf } from '../dockerfile/plan.ts';
import type { Clock } from '../kubernetes/clock.ts';
import { KeyQueue } from '../kubernetes/keyQueue.ts';
import type { Log } from '../kubernetes/log.ts';
import { splitKey } from '../kubernetes/object.ts';
import { type Acted, act } from './act.ts';
import { type Answered, ask, type Sources } from './ask.ts';
import { buildsOf, type Caches } from './caches.ts';
import { decide, type Effect, type Pass } from './decide.ts';
import type { Observation } from './observation.ts';
import type { SeenImageSpec } from './projections.ts';
import { type Answer, type Question, questionKey } from './question.ts';
import { admit, type Ticket } from './queue.ts';

/** Everything that a controller needs. */
export interface ControllerOptions {
  readonly sources: Sources;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each status that was written; Events and metrics follow from it. */
  readonly wrote: (effect: Extract<Effect, { do: 'writeStatus' }>) => void;
  /** False when another process may have taken over. */
  readonly mayAct: () => boolean;
  /** Passes over different resources that run at once. */
  readonly workers: number;
}

/** More steps than any honest pass needs: past it the key waits, so that a fault cannot spin. */
const mostSteps = 40;
/** A state that lasts less is not written. */
const patience = 1000;

/** Brings every ImageSpec to rest: observe, decide, do one thing, look again. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: KeyQueue;
  readonly #memories = new Map<string, { readonly uid: string; readonly answers: Map<string, Answer> }>();
  readonly #tickets = new Map<string, Ticket>();
  /** Resources whose Job is being created; they count as running until the cache has the Job. */
  readonly #starting = new Map<string, string>();
  #caches: Caches | undefined;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#queue = new KeyQueue({
      handle: (key) => this.#reconcile(key),
      workers: options.workers,
      backoff: { baseMs: 500, capMs: 60_000 },
      clock: options.clock,
      random: Math.random,
      onError: (key, error) => {
        options.log('error', 'a pass failed', {
          key,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
        this.#queue.addRateLimited(key);
      },
    });
  }

  /** Asks for a look at a resource. */
  add(key: string): void {
    this.#queue.add(key);
  }

  /** Begins to work; the caches must be complete. */
  start(caches: Caches): void {
    this.#caches = caches;
    this.#queue.start();
  }

  /** Takes no new work and lets the running passes finish, for at most so many milliseconds. */
  async stop(deadlineMs: number): Promise<void> {
    await this.#queue.shutdown(deadlineMs);
  }

  async #reconcile(key: string): Promise<void> {
    const caches = this.#caches;
    if (caches === undefined) {
      throw new Error('reconcile before start');
    }
    for (let step = 0; step < mostSteps; step++) {
      const seen = caches.imageSpecs.get(key);
      if (seen === undefined || seen.deleting) {
        this.#leave(key);
        return;
      }
      const pass = decide(this.#observe(caches, key, seen), this.#options.config);
      this.#takeTurn(key, pass);
      if (pass.decision.next === 'rest') {
        this.#queue.forget(key);
        this.#rest(key, pass.decision.until);
        return;
      }
      const goOn =
        pass.decision.next === 'ask'
          ? await this.#ask(caches, key, seen, pass.decision.questions, pass.decision.meanwhile)
          : await this.#act(caches, key, pass.decision.effect);
      if (!goOn) {
        this.#queue.addRateLimited(key);
        return;
      }
    }
    this.#options.log('warn', 'a pass did not come to rest', { key });
    this.#queue.addRateLimited(key);
  }

  #observe(caches: Caches, key: string, { self, spec, status }: SeenImageSpec): Observation {
    return {
      now: this.#options.clock.now(),
      self,
      plan: planOf({ namespace: self.namespace, name: self.name, spec }, this.#options.config),
      status,
      builds: buildsOf(caches, self.uid),
      answers: [...this.#memory(key, self.uid).values()],
      turn: this.#mayStart(caches, key) ? 'mayStart' : 'wait',
    };
  }

  #memory(key: string, uid: string): Map<string, Answer> {
    const known = this.#memories.get(key);
    if (known?.uid === uid) {
      return known.answers;
    }
    const answers = new Map<string, Answer>();
    this.#memories.set(key, { uid, answers });
    return answers;
  }

  #rest(key: string, until: Instant | null): void {
    if (until !== null) {
      this.#queue.addAfter(key, Math.max(100, until - this.#options.clock.now()));
    }
  }

  #leave(key: string): void {
    this.#memories.delete(key);
    this.#tickets.delete(key);
    this.#starting.delete(key);
    this.#queue.forget(key);
    this.#callNext();
  }

  /** Asks all at once. When the answers take long, what is waited for is written meanwhile. */
  async #ask(
    caches: Caches,
    key: string,
    { self }: SeenImageSpec,
    questions: readonly Question[],
    meanwhile: Effect | null,
  ): Promise<boolean> {
    const { sources, clock } = this.#options;
    const answers = this.#memory(key, self.uid);
    const asked = Promise.all(
      questions.map(async (question) => keep(answers, await ask(sources, self.namespace, question), clock.now())),
    );
    const late = Promise.withResolvers<'late'>();
    const cancel = clock.after(patience, () => late.resolve('late'));
    const first = await Promise.race([asked, late.promise]);
    cancel();
    if (first === 'late' && meanwhile !== null) {
      await this.#act(caches, key, meanwhile);
    }
    await asked;
    return true;
  }

  async #act(caches: Caches, key: string, effect: Effect): Promise<boolean> {
    if (!this.#options.mayAct()) {
      return false;
    }
    const { namespace } = splitKey(key);
    if (effect.do === 'createJob') {
      this.#starting.set(key, namespace);
      this.#tickets.delete(key);
    }
    let acted: Acted;
    try {
      acted = await act(this.#options.sources, caches, namespace, effect);
    } finally {
      this.#starting.delete(key);
    }
    if (effect.do === 'putTag') {
      this.#forgetTag(key, effect.tag);
    }
    switch (acted.is) {
      case 'done':
        if (effect.do === 'writeStatus') {
          this.#options.wrote(effect);
        }
        return true;
      case 'stale':
        return false;
      case 'refused':
      case 'unavailable':
        this.#options.log('warn', 'a write did not take effect', { key, effect: effect.do, message: acted.message });
        return false;
    }
  }

  #forgetTag(key: string, tag: string): void {
    const answers = this.#memories.get(key)?.answers;
    for (const [asked, { question }] of answers ?? []) {
      if (question.ask === 'digestOf' && question.reference === tag) {
        answers?.delete(asked);
      }
    }
  }

  #running(caches: Caches): readonly string[] {
    const running = [...this.#starting.values()];
    for (const job of caches.jobs.values()) {
      const pod = caches.pods.byIndex(job.ref.uid).at(-1)?.pod ?? null;
      const run = {
        job: job.ref,
        identity: job.identity,
        createdAt: job.createdAt,
        deleting: job.deleting,
        jobEnded: job.ended,
        pod,
      };
      if (!hasEnded(run)) {
        running.push(job.ref.namespace);
      }
    }
    return running;
  }

  #admitted(caches: Caches, more: readonly Ticket[]): readonly string[] {
    const { concurrency, concurrencyPerNamespace } = this.#options.config.build;
    return admit([...this.#tickets.values(), ...more], this.#running(caches), {
      total: concurrency,
      perNamespace: concurrencyPerNamespace,
    });
  }

  #mayStart(caches: Caches, key: string): boolean {
    const { namespace } = splitKey(key);
    const mine: readonly Ticket[] = this.#tickets.has(key)
      ? []
      : [{ namespace, key, queuedTime: this.#options.clock.now() }];
    return this.#admitted(caches, mine).includes(key);
  }

  /** A resource that waits holds a ticket; one that does not has given it back, and somebody else may go. */
  #takeTurn(key: string, { situation }: Pass): void {
    if (situation.is === 'queued') {
      const { namespace } = splitKey(key);
      const queuedTime = situation.build.queuedTime ?? this.#options.clock.now();
      this.#tickets.set(key, { namespace, key, queuedTime });
      return;
    }
    this.#tickets.delete(key);
    this.#callNext();
  }

  #callNext(): void {
    if (this.#tickets.size === 0 || this.#caches === undefined) {
      return;
    }
    for (const key of this.#admitted(this.#caches, [])) {
      this.#queue.add(key);
    }
  }
}

/** Keeps an answer, and how often in a row it was not what was hoped for. */
function keep(answers: Map<string, Answer>, answered: Answered, at: Instant): void {
  const key = questionKey(answered.question);
  const failures = answered.reply.is === 'known' ? 0 : (answers.get(key)?.failures ?? 0) + 1;
  answers.set(key, { ...answered, at, failures });
}
