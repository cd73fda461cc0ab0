import type { KeyQueue } from '../kubernetes/queue/keyQueue.ts';
import type { Pass } from '../lifecycle/decide.ts';
import type { Effect } from '../lifecycle/model/effect.ts';
import type { Outcome } from '../lifecycle/model/failedEffect.ts';
import { type Question, questionKey } from '../lifecycle/model/question.ts';
import { hostOf } from '../oci/reference.ts';
import { ask, registryOf } from './answers/ask.ts';
import type { Memory } from './answers/memory.ts';
import type { ControllerOptions } from './controller.ts';
import { act } from './effects/act.ts';
import type { WrittenStatuses } from './effects/writtenStatuses.ts';
import type { Errands } from './errands/errands.ts';
import type { Slots } from './slots/slots.ts';
import type { Caches } from './watched/caches.ts';
import type { SeenImageSpec } from './watched/projections.ts';

/** What a pass, an errand or a write spends its time on. */
export type Step =
  | { readonly kind: 'decide'; readonly step: Pass['decision']['next'] }
  | { readonly kind: 'ask'; readonly step: Question['ask'] }
  | { readonly kind: 'act'; readonly step: Effect['do'] };

/** The parts of a controller that steps use and change. */
export interface StepParts {
  readonly options: Pick<ControllerOptions, 'sources' | 'clock' | 'log' | 'wrote' | 'failed' | 'stepped' | 'mayAct'>;
  readonly memory: Memory;
  readonly written: WrittenStatuses;
  readonly errands: Errands;
  readonly queue: Pick<KeyQueue, 'addAfter'>;
  readonly builds: Slots;
  readonly launches: Slots;
}

/** More errands than a correct ImageSpec needs before it rests; a fault must not spin here either. */
const mostErrands = 500;
/** Milliseconds that a state must last before the operator writes it: each write delays the builds of others. */
const patience = 2000;
/**
 * What follows a step. `goOn`: the next step. `report`: the next step at its turn. `tryLater`: a pause. `away`: nothing before an
 * errand returns.
 */
export type End = 'goOn' | 'report' | 'tryLater' | 'away';

/** Whether the next step can use the outcome of an effect. */
function isFollowed(outcome: Outcome['is']): boolean {
  return outcome === 'done' || outcome === 'refused';
}

/** Carries out the decisions of passes. */
export class Steps {
  readonly #parts: StepParts;

  constructor(parts: StepParts) {
    this.#parts = parts;
  }

  /** Sends all questions, and waits for none. If the answers take long, writes the status `meanwhile`. */
  async ask(
    caches: Caches,
    key: string,
    { self }: SeenImageSpec,
    questions: readonly Question[],
    meanwhile: Effect | null,
  ): Promise<End> {
    const { sources, clock } = this.#parts.options;
    const { memory } = this.#parts;
    const era = memory.eraOf(key);
    const errands = questions.map((question) => ({
      name: questionKey(question),
      host: registryOf(question),
      run: async (): Promise<'done'> => {
        const begun = clock.elapsed();
        const answered = await ask(sources, self.namespace, question, era.since);
        this.#parts.options.stepped({ kind: 'ask', step: question.ask }, clock.elapsed() - begun);
        memory.keep(key, era, answered, clock.now());
        return 'done';
      },
    }));
    const { elapsed, begun } = this.#parts.errands.send(key, era, errands);
    if (begun > mostErrands) {
      this.#parts.options.log('warn', 'a pass did not come to rest', { key });
      this.#parts.errands.rest(key);
      return 'tryLater';
    }
    if (meanwhile === null) {
      return 'away';
    }
    if (elapsed < patience) {
      this.#parts.queue.addAfter(key, patience - elapsed);
      return 'away';
    }
    return (await this.#do(caches, key, meanwhile)) === 'done' ? 'goOn' : 'away';
  }

  async act(caches: Caches, key: string, effect: Effect): Promise<End> {
    if (effect.do === 'putTag') {
      // A registry may be slow to write, too. The name of the errand allows one write of a tag at a time.
      const host = hostOf(effect.tag);
      const run = async () => (isFollowed(await this.#do(caches, key, effect)) ? 'done' : 'tryLater');
      this.#parts.errands.send(key, this.#parts.memory.eraOf(key), [{ name: `putTag ${effect.tag}`, host, run }]);
      return 'away';
    }
    const outcome = await this.#do(caches, key, effect);
    if (outcome === 'done' && effect.do === 'createJob') {
      // The build runs; that the status shows it can wait for builds that do not run yet.
      return 'report';
    }
    return isFollowed(outcome) ? 'goOn' : 'tryLater';
  }

  async #do(caches: Caches, key: string, effect: Effect): Promise<Outcome['is']> {
    if (!this.#parts.options.mayAct()) {
      return 'stale';
    }
    const apply = (): Promise<Outcome> => act(this.#parts.options.sources, caches, key, effect);
    const slots =
      effect.do === 'createJob' ? this.#parts.builds : effect.do === 'createPod' ? this.#parts.launches : null;
    const { clock, stepped } = this.#parts.options;
    const begun = clock.elapsed();
    const outcome = slots === null ? await apply() : await slots.start(key, apply);
    stepped({ kind: 'act', step: effect.do }, clock.elapsed() - begun);
    if (effect.do === 'putTag') {
      this.#parts.memory.forget(
        key,
        ({ question }) => question.ask === 'digestOf' && question.reference === effect.tag,
      );
    }
    this.#parts.memory.keepOutcome(key, effect, outcome, this.#parts.options.clock.now());
    switch (outcome.is) {
      case 'done':
        if (effect.do === 'writeStatus') {
          this.#parts.options.wrote(effect);
          this.#parts.written.keep(key, effect.status, caches.imageSpecs.get(key));
        }
        if (effect.do === 'writeContents') {
          this.#parts.memory.keepListed(key, effect.about.image);
        }
        break;
      case 'stale':
        break;
      case 'refused':
      case 'unavailable':
        this.#parts.options.log('warn', 'an effect failed', { key, effect: effect.do, message: outcome.message });
        this.#parts.options.failed(effect, outcome);
        break;
    }
    return outcome.is;
  }
}
