import { failureOf } from '../../../src/api/failure.ts';
import type { ImageSpecStatus } from '../../../src/api/imagespec.generated.ts';
import { annotations } from '../../../src/api/names.ts';
import type { EffectiveSpec } from '../../../src/imagespec/effective.ts';
import { parseIdentity } from '../../../src/kaniko/identity.ts';
import type { BuildRun, ContainerState, PodState } from '../../../src/kaniko/run.ts';
import type { CheckRun } from '../../../src/lifecycle/model/checkPod.ts';
import type { Effect } from '../../../src/lifecycle/model/effect.ts';
import { type Outcome, targetOf } from '../../../src/lifecycle/model/failedEffect.ts';
import type { Observation, OutputHolder, Requests } from '../../../src/lifecycle/model/observation.ts';
import type { Question, Reply } from '../../../src/lifecycle/model/question.ts';
import { spec as anySpec, base } from '../observations.ts';
import { noon, podState } from '../pods.ts';
import { CheckPods } from './checkPods.ts';
import { endedBuild, leaving, leavingMs, pick } from './ends.ts';
import { ModelRegistry } from './registry.ts';
import { storedStatus } from './storedStatus.ts';
import type { Act, BuildEnd, Scenario } from './story.ts';

interface ModelJob {
  readonly run: BuildRun;
  readonly end: BuildEnd;
  readonly endsAt: number;
  /** When the Job is gone; null without a deletion. */
  readonly goneAt: number | null;
}

const buildMs = 30_000;
/** Later than the look once a day at what is in the registry. */
const dayMs = 26 * 3_600_000;

/** A fake of the cluster and the registry: what a story's builds and people do to them, and what can be seen of them. */
export class World {
  readonly #scenario: Scenario;
  readonly #checkPods: CheckPods;
  readonly #nodeAheadMs: number;
  #now = noon;
  #spec: EffectiveSpec;
  /** null: `#spec` builds on one image. */
  #plan: Observation['plan'] | null;
  #basesAsked = 0;
  readonly #refusedStatuses: string[] = [];
  #generation = 1;
  #requests: Requests = { rebuild: null, retry: null, launch: null, cancel: null };
  #status: ImageSpecStatus = { observedGeneration: -1 };
  #jobs: readonly ModelJob[] = [];
  #builds = 0;
  #changedAt = noon;
  #quota: 'full' | 'free';
  #outputHolder: OutputHolder;
  #secretVersion = 1;
  #baseDigest = base.digest;
  readonly #registry: ModelRegistry;
  readonly #faultsMet = new Map<Effect['do'], number>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#registry = new ModelRegistry(scenario);
    this.#checkPods = new CheckPods(scenario.checks ?? ['passed'], scenario.nodeAheadMs ?? 0);
    this.#nodeAheadMs = scenario.nodeAheadMs ?? 0;
    this.#spec = { ...anySpec, ...scenario.spec };
    this.#plan = scenario.plan ?? null;
    this.#outputHolder = scenario.outputHolder ?? { is: 'self' };
    this.#quota = scenario.quota ?? 'free';
  }

  get now(): number {
    return this.#now;
  }

  /** When something in the cluster or the registry changed last. */
  get changedAt(): number {
    return this.#changedAt;
  }

  get generation(): number {
    return this.#generation;
  }

  get plan(): Observation['plan'] {
    const { source } = this.#spec;
    const images = source.is === 'packages' && source.base.is === 'image' ? [source.base.reference] : [];
    return (
      this.#plan ?? {
        ok: true,
        value: { spec: this.#spec, images, filesOnly: [], finalImage: images[0] ?? null, upstream: null },
      }
    );
  }

  get upstream(): Observation['upstream'] {
    const { plan } = this;
    return plan.ok && plan.value.upstream !== null
      ? (this.#scenario.upstream ?? { is: 'absent', message: `ImageSpec "${plan.value.upstream}" does not exist` })
      : { is: 'none' };
  }

  /** What the API server said about statuses that it refused. */
  get refusedStatuses(): readonly string[] {
    return this.#refusedStatuses;
  }

  get requests(): Requests {
    return this.#requests;
  }

  get status(): ImageSpecStatus {
    return this.#status;
  }

  get outputHolder(): OutputHolder {
    return this.#outputHolder;
  }

  get builds(): readonly BuildRun[] {
    return this.#jobs.map(({ run }) => run);
  }

  get checkPods(): readonly CheckRun[] {
    return this.#checkPods.runs;
  }

  get tags(): ReadonlyMap<string, string> {
    return this.#registry.tags;
  }

  /** The answer of the registry or the API server. */
  reply(question: Question): Reply<unknown> {
    const known = (value: unknown): Reply<unknown> => ({ is: 'known', value });
    switch (question.ask) {
      case 'base':
        return this.#baseOf(question.image);
      case 'pushAccess':
      case 'netrc':
        return known(true);
      case 'secrets':
        return known(`version ${this.#secretVersion}`);
      case 'present':
        return known(this.#registry.digestOf(question.reference) !== null);
      case 'digestOf':
        return known(this.#registry.digestOf(question.reference));
      case 'image': {
        const found = this.#registry.look(question.reference);
        return known(found === null ? null : { ...found, sizeBytes: 7, input: '' });
      }
      case 'podRefusal':
        return known(this.#quota === 'full' ? 'Error creating: pods "x" is forbidden: exceeded quota: q' : null);
      case 'log':
        return this.#logOf(question.pod.uid);
    }
  }

  #baseOf(image: string): Reply<unknown> {
    this.#basesAsked += 1;
    const { bases = [] } = this.#scenario;
    if (bases.length === 0) {
      return { is: 'known', value: { ...base, image, digest: this.#baseDigest, obstacle: 'None' } };
    }
    const reply = pick(bases, this.#basesAsked);
    return reply.is === 'known' ? { is: 'known', value: { ...reply.value, image } } : reply;
  }

  #logOf(uid: string): Reply<unknown> {
    const isThere =
      this.#jobs.some(({ run }) => run.pod?.ref.uid === uid) || this.checkPods.some(({ pod }) => pod.ref.uid === uid);
    return isThere
      ? {
          is: 'known',
          value:
            'ERROR: No matching distribution found for nope\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 1',
        }
      : { is: 'failed', failure: failureOf('NodeLost', 'the log is gone') };
  }

  /** A write takes effect, or meets the fault that the story has for it. */
  apply(effect: Effect): Outcome {
    const fault = this.#scenario.faults?.find(
      ({ do: kind, target }) => kind === effect.do && (target === undefined || target === targetOf(effect)),
    );
    const met = this.#faultsMet.get(effect.do) ?? 0;
    if (fault !== undefined && met < fault.times) {
      this.#faultsMet.set(effect.do, met + 1);
      return fault.outcome;
    }
    if (effect.do === 'putTag') {
      const is = this.#registry.putTag(effect);
      this.#changedAt = is === 'done' ? this.#now : this.#changedAt;
      return { is };
    }
    if (effect.do === 'writeStatus') {
      const stored = storedStatus(effect.status);
      if (stored.is === 'refused') {
        this.#refusedStatuses.push(stored.message);
        return stored;
      }
      this.#status = stored.status;
    } else {
      this.#write(effect);
    }
    this.#changedAt = this.#now;
    return { is: 'done' };
  }

  #write(effect: Exclude<Effect, { do: 'putTag' | 'writeStatus' }>): void {
    switch (effect.do) {
      case 'createJob':
        this.#createJob(effect);
        return;
      case 'deleteJob':
        this.#jobs = this.#jobs.map((job) => (job.run.job.uid === effect.target.uid ? this.#leavingJob(job) : job));
        return;
      case 'createPod':
        this.#checkPods.create(effect.pod, this.#now);
        return;
      case 'deletePod':
        this.#checkPods.delete(effect.target.uid, this.#now);
        return;
      case 'writeContents':
        // Only the writer reads the list.
        return;
    }
  }

  #createJob({ job }: Extract<Effect, { do: 'createJob' }>): void {
    const identity = parseIdentity(job.metadata?.annotations?.[annotations.build] ?? '');
    const name = job.metadata?.name ?? '';
    if (identity === undefined || this.#jobs.some(({ run }) => run.job.name === name)) {
      throw new Error(`Job ${name} is created twice, or says nothing of itself`);
    }
    this.#builds += 1;
    const uid = `job-${this.#builds}`;
    const run: BuildRun = {
      job: { namespace: 'vision', name, uid },
      identity,
      createdAt: this.#now,
      deleting: false,
      jobEnded: false,
      pod:
        this.#quota === 'full'
          ? null
          : this.#pod(`${uid}-pod`, { build: { is: 'running', startedAt: this.#now + this.#nodeAheadMs } }),
    };
    const end = pick<BuildEnd>(this.#scenario.builds ?? ['pushed'], this.#builds);
    this.#jobs = [
      ...this.#jobs,
      { run, end, endsAt: end === 'never' ? Number.POSITIVE_INFINITY : this.#now + buildMs, goneAt: null },
    ];
  }

  #leavingJob(job: ModelJob): ModelJob {
    const { pod } = job.run;
    const run = { ...job.run, deleting: true, pod: pod === null ? null : leaving(pod, this.#now, this.#nodeAheadMs) };
    return { ...job, run, goneAt: this.#now + leavingMs };
  }

  #pod(uid: string, containers: Readonly<Record<string, ContainerState>>): PodState {
    return podState({ ref: { namespace: 'vision', name: uid, uid }, createdAt: this.#now, containers });
  }

  /** Lets time pass to the next thing that happens, or to `until`. False when that is later than the limit. */
  advance(until: number | null, limit: number): boolean {
    const times = [
      ...this.#jobs.flatMap(({ run, endsAt, goneAt }) => goneAt ?? (run.pod?.phase === 'Running' ? endsAt : [])),
      ...this.#checkPods.changes(),
    ];
    const change = Math.min(Number.POSITIVE_INFINITY, ...times);
    const next = Math.min(until ?? Number.POSITIVE_INFINITY, change);
    if (next > limit) {
      return false;
    }
    // Times of a cluster are whole seconds.
    this.#now = Math.max(this.#now, Math.ceil(next / 1000) * 1000);
    this.#changedAt = change <= this.#now ? this.#now : this.#changedAt;
    this.#jobs = this.#jobs
      .filter(({ goneAt }) => goneAt === null || this.#now < goneAt)
      .map((job) => (this.#now >= job.endsAt ? this.#endBuild(job) : job));
    this.#checkPods.advance(this.#now);
    return true;
  }

  #endBuild(job: ModelJob): ModelJob {
    const { run } = job;
    const end = job.end === 'baseUnpullable' && run.identity.base !== 'Mounted' ? 'pushed' : job.end;
    if (run.pod === null || run.pod.phase !== 'Running') {
      return job;
    }
    const image = `${run.identity.repository}@sha256:${run.job.uid.replace(/\D/g, '').padStart(64, 'c')}`;
    if (end === 'pushed') {
      this.#registry.push(image, run.identity.inputHash);
    }
    return { ...job, run: { ...run, pod: endedBuild(run.pod, end, image, this.#now + this.#nodeAheadMs) } };
  }

  /** A person does something. */
  act(act: Act): void {
    this.#changedAt = this.#now;
    switch (act.do) {
      case 'edit':
        this.#spec = { ...this.#spec, ...act.spec };
        this.#generation += 1;
        return;
      case 'plan':
        this.#plan = act.plan;
        this.#generation += 1;
        return;
      case 'ask':
        this.#requests = { ...this.#requests, ...act.requests };
        return;
      case 'deleteJob':
        this.#jobs = [];
        return;
      case 'loseImage':
        this.#registry.lose();
        this.#now += dayMs;
        return;
      case 'moveBase':
        this.#baseDigest = `sha256:${'7'.repeat(64)}`;
        this.#now += dayMs;
        return;
      case 'changeHolder':
        this.#outputHolder = act.holder;
        return;
      case 'changeSecret':
        this.#secretVersion += 1;
        return;
      case 'freeQuota':
        this.#quota = 'free';
        this.#jobs = this.#jobs.map((job) => ({
          ...job,
          run: {
            ...job.run,
            pod: this.#pod(`${job.run.job.uid}-pod`, {
              build: { is: 'running', startedAt: this.#now + this.#nodeAheadMs },
            }),
          },
          endsAt: this.#now + buildMs,
        }));
    }
  }
}
