import { isDeepStrictEqual } from 'node:util';
import type { ImageSpecStatus } from '../../../src/api/imagespec.generated.ts';
import { decide } from '../../../src/lifecycle/decide.ts';
import type { Effect } from '../../../src/lifecycle/model/effect.ts';
import { afterEffect, isRemembered } from '../../../src/lifecycle/model/failedEffect.ts';
import type { Observation } from '../../../src/lifecycle/model/observation.ts';
import { type Answer, failuresWith, type Question, questionKey } from '../../../src/lifecycle/model/question.ts';
import { sight } from '../../../src/lifecycle/model/sightings.ts';
import { PullTroubles } from '../../../src/reconcile/answers/pullTroubles.ts';
import { noon } from '../pods.ts';
import type { Act, Scenario } from './story.ts';
import { World } from './world.ts';

/** The result of a run, without times and names that differ by nature. */
export interface Outcome {
  readonly status: unknown;
  readonly tags: Readonly<Record<string, string>>;
  readonly jobs: number;
  readonly pods: number;
  /** How often each kind of write was made. */
  readonly writes: Readonly<Record<string, number>>;
  readonly steps: number;
  /** What the API server said about statuses that it refused. */
  readonly refusedStatuses: readonly string[];
  /** Model time until the last change. */
  readonly tookMs: number;
}

const mostSteps = 5000;
const patience = { imagePullGraceSeconds: 300, imageCheckSeconds: 86_400 };
/** At rest, nothing changes for this time, longer than any pause between tries; checks without news may go on. */
const quietMs = 2 * 3_600_000;
/** A story that has not come to rest after this time never does: the slowest tries end within a day and some hours. */
const longestMs = 3 * 86_400_000;
/** An effect that never works, and a base that never comes, are tried forever: such a story is watched for this time. */
const watchedMs = 3 * 3_600_000;
/** In the last part of that nothing but the effect itself is new. */
const steadyMs = 3_600_000;
/**
 * Commands, or the list of packages, have one Pod, and a launch another. For a moment there is a third: the try before,
 * whose end says when to try again, or the launch with the entrypoint overridden.
 */
const mostPods = 3;
/** The build, the last failed one, and one that is stopped or kept for its log. */
const mostJobs = 3;

/**
 * A model of the cluster and the registry, in which the state machine itself (`decide`) runs. The model is the fake; all
 * that is under test is real. After each write the process may forget everything that it remembers (a crash, or another
 * leader): the end and the writes must be those of a run that remembers.
 *
 * @param forgetAfter the number of the write after which the process forgets everything; 0: never
 */
export function simulate(scenario: Scenario, forgetAfter: number): Outcome {
  return new Process(scenario, forgetAfter).run();
}

/** The operator's process: what it remembers, and the loop of its passes. */
class Process {
  readonly #world: World;
  readonly #acts: readonly Act[];
  #hasty: Scenario['hasty'];
  readonly #forgetAfter: number;
  readonly #watchedMs: number;
  readonly #answersAre: 'fast' | 'slow';
  #startedAt: number;
  readonly #writes = new Map<string, number>();
  #answers = new Map<string, Answer>();
  #failedEffects: Observation['failedEffects'] = [];
  #sightings: Observation['sightings'] = {};
  #pullTroubles = new PullTroubles();
  #listedImage: string | null = null;
  #steps = 0;
  /** When the status came to say something else, but for times: when the next try is due is always new. */
  #statusChangedAt = noon;

  constructor(scenario: Scenario, forgetAfter: number) {
    this.#world = new World(scenario);
    this.#acts = scenario.acts ?? [];
    this.#hasty = scenario.hasty;
    this.#forgetAfter = forgetAfter;
    this.#answersAre = scenario.answers ?? 'fast';
    const isEndless =
      scenario.faults?.some(({ times }) => times === Number.POSITIVE_INFINITY) === true ||
      scenario.bases?.at(-1)?.is === 'failed';
    this.#watchedMs = isEndless ? watchedMs : Number.POSITIVE_INFINITY;
    this.#startedAt = this.#world.now;
  }

  run(): Outcome {
    this.#settle();
    for (const act of this.#acts) {
      this.#actOfPerson(act);
      this.#settle();
    }
    const { status, tags, builds, checkPods, refusedStatuses } = this.#world;
    return {
      status: timeless(status),
      tags: Object.fromEntries([...tags].toSorted(([a], [b]) => a.localeCompare(b))),
      jobs: builds.filter(({ deleting }) => !deleting).length,
      pods: checkPods.length,
      writes: Object.fromEntries([...this.#writes].toSorted(([a], [b]) => a.localeCompare(b))),
      steps: this.#steps,
      refusedStatuses,
      tookMs: this.#world.changedAt - noon,
    };
  }

  #actOfPerson(act: Act): void {
    this.#world.act(act);
    if (act.do === 'ask') {
      this.#answers = new Map();
      this.#failedEffects = [];
    }
  }

  /** Until nothing changes by itself any more: it is so, and it stays so. */
  #settle(): void {
    const began = this.#world.now;
    for (let step = 0; step < mostSteps; step++) {
      this.#steps += 1;
      const { decision } = decide(this.#observation());
      if (decision.next === 'ask') {
        if (this.#answersAre === 'slow' && decision.meanwhile !== null) {
          this.#act(decision.meanwhile);
        }
        for (const question of decision.questions) {
          this.#ask(question);
        }
      } else if (decision.next === 'act') {
        this.#act(decision.effect);
      } else if (
        !this.#world.advance(decision.until, Math.min(this.#world.changedAt + quietMs, began + this.#watchedMs))
      ) {
        this.#checkSteady(began);
        return;
      }
      this.#checkBounds();
      if (this.#world.now > began + longestMs) {
        break;
      }
    }
    throw new Error('the story does not come to rest');
  }

  /** The objects of a resource in the cluster are bounded at all times. */
  #checkBounds(): void {
    const pods = this.#world.checkPods.filter(({ pod }) => pod.deletedAt === null).length;
    const jobs = this.#world.builds.filter(({ deleting }) => !deleting).length;
    if (pods > mostPods || jobs > mostJobs) {
      throw new Error(`the resource has ${pods} check Pods and ${jobs} Jobs`);
    }
  }

  /** While an effect is tried again for ever, the status stays as it is. */
  #checkSteady(began: number): void {
    if (this.#statusChangedAt > Math.max(began, began + this.#watchedMs - steadyMs)) {
      throw new Error(`the status still changes: ${JSON.stringify(this.#world.status)}`);
    }
  }

  #observation(): Observation {
    const { now, plan, upstream, generation, requests, status, builds, checkPods, outputHolder } = this.#world;
    this.#sightings = sight(this.#sightings, { builds, checkPods }, now);
    return {
      now,
      startedAt: this.#startedAt,
      self: { namespace: 'vision', name: 'astro', uid: 'uid-1', generation, resourceVersion: '1' },
      requests,
      plan,
      upstream,
      outputHolder,
      status,
      builds,
      checkPods,
      sightings: this.#sightings,
      listedImage: this.#listedImage,
      answers: [...this.#answers.values()],
      failedEffects: this.#failedEffects.filter((failed) => isRemembered(failed, now)),
      patience,
      buildTurn: 'mayStart',
      checkTurn: 'mayStart',
      published: { is: 'absent' },
      pullTroubles: this.#pullTroubles.of({ now, builds, sightings: this.#sightings, patience }),
      baseUpdatesFrom: 0,
    };
  }

  #ask(question: Question): void {
    const key = questionKey(question);
    const reply = this.#world.reply(question);
    const failures = failuresWith(this.#answers.get(key), question, reply);
    // The world gives each query its type of value; the type cannot follow it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#answers.set(key, { question, reply, at: this.#world.now, failures } as unknown as Answer);
  }

  #act(effect: Effect): void {
    const hasty = effect.do === 'writeStatus' && isFailed(effect.status) ? this.#hasty : undefined;
    if (hasty === undefined) {
      this.#apply(effect);
      return;
    }
    this.#hasty = undefined;
    // A status of an object that has changed meanwhile is refused.
    if (hasty.when === 'after') {
      this.#apply(effect);
    }
    this.#actOfPerson({ do: 'ask', requests: hasty.requests });
  }

  #apply(effect: Effect): void {
    this.#writes.set(effect.do, (this.#writes.get(effect.do) ?? 0) + 1);
    const before = timeless(this.#world.status);
    const outcome = this.#world.apply(effect);
    if (effect.do === 'writeStatus' && !isDeepStrictEqual(timeless(this.#world.status), before)) {
      this.#statusChangedAt = this.#world.now;
    }
    this.#failedEffects = afterEffect(this.#failedEffects, effect, outcome, this.#world.now);
    if (effect.do === 'writeContents' && outcome.is === 'done') {
      this.#listedImage = effect.about.image;
    }
    // The simulator queries again what a write may have changed, as the controller does.
    if (effect.do === 'putTag') {
      const isOld = ({ question }: Answer) => question.ask === 'digestOf' && question.reference === effect.tag;
      this.#answers = new Map([...this.#answers].filter(([, answer]) => !isOld(answer)));
    }
    if ([...this.#writes.values()].reduce((sum, count) => sum + count, 0) === this.#forgetAfter) {
      this.#crash();
    }
  }

  #crash(): void {
    this.#answers = new Map();
    this.#failedEffects = [];
    this.#sightings = {};
    this.#pullTroubles = new PullTroubles();
    this.#listedImage = null;
    this.#startedAt = this.#world.now;
  }
}

function isFailed(status: ImageSpecStatus): boolean {
  return status.conditions?.some(({ type }) => type === 'Stalled') ?? false;
}

/** Without what differs by nature: when something was written. */
function timeless(status: ImageSpecStatus): unknown {
  return JSON.parse(JSON.stringify(status, (key, value: unknown) => (key.endsWith('Time') ? undefined : value)));
}
