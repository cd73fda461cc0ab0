import { failureOf } from '../../src/api/failure.ts';
import type { ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { annotations } from '../../src/api/names.ts';
import { parseIdentity } from '../../src/build/identity.ts';
import type { BuildRun, ContainerState, PodState } from '../../src/build/run.ts';
import { parseProbeIdentity } from '../../src/jupyterhub/probePod.ts';
import { parseVerifyIdentity } from '../../src/jupyterhub/verifyPod.ts';
import { decide, type Effect } from '../../src/reconcile/decide.ts';
import type { Observation, Requests } from '../../src/reconcile/observation.ts';
import { type Answer, type Question, questionKey, type Reply } from '../../src/reconcile/question.ts';
import type { TrialRun } from '../../src/reconcile/trials.ts';
import type { EffectiveSpec } from '../../src/spec/effective.ts';
import { spec as anySpec, base, config, noon } from './observations.ts';

/**
 * A model of the cluster and the registry, in which the state machine itself (`decide`) runs. The model is the fake; all
 * that is under test is real. After each write the process may forget everything that it remembers (a crash, or another
 * leader): the end and the writes must be those of a run that remembers.
 */

/** How a build ends. */
export type BuildEnd = 'pushed' | 'failed' | 'evicted' | 'never';
/** How a Pod that proves an image ends. */
export type TrialEnd = 'passed' | 'failed' | 'evicted';

/** What a person does, when nothing happens by itself any more. */
export type Act =
  | { readonly do: 'edit'; readonly spec: Partial<EffectiveSpec> }
  | { readonly do: 'ask'; readonly requests: Partial<Requests> }
  | { readonly do: 'deleteJob' }
  | { readonly do: 'loseImage' }
  | { readonly do: 'moveBase' }
  | { readonly do: 'changeSecret' }
  | { readonly do: 'freeQuota' };

/** A story: how builds and trials end, one after the other (the last stands for all that follow), and what people do. */
export interface Scenario {
  readonly spec?: Partial<EffectiveSpec>;
  readonly builds?: readonly BuildEnd[];
  readonly trials?: readonly TrialEnd[];
  readonly quota?: 'full' | 'free';
  readonly acts?: readonly Act[];
}

/** What a run leaves, without times and names that differ by nature. */
export interface Outcome {
  readonly status: unknown;
  readonly tags: Readonly<Record<string, string>>;
  readonly jobs: number;
  readonly pods: number;
  /** How often each kind of write was made. */
  readonly writes: Readonly<Record<string, number>>;
  readonly steps: number;
}

interface ModelJob {
  readonly run: BuildRun;
  readonly end: BuildEnd;
  readonly endsAt: number;
}

const buildMs = 30_000;
const trialMs = 2000;
const mostSteps = 2000;
/** Later than this nothing is waited for: checks that come once a day are no part of a story. */
const horizonMs = 3 * 3_600_000;

/** Runs a story. `forgetAfter`: the number of the write after which the process forgets everything; 0: never. */
export function simulate(scenario: Scenario, forgetAfter: number): Outcome {
  return new Model(scenario, forgetAfter).run();
}

class Model {
  readonly #scenario: Scenario;
  readonly #forgetAfter: number;
  #now = noon;
  #startedAt = noon;
  #spec: EffectiveSpec;
  #generation = 1;
  #requests: Requests = { rebuild: null, retry: null, cancel: null };
  #status: ImageSpecStatus = { observedGeneration: -1 };
  #jobs: readonly ModelJob[] = [];
  #pods: readonly TrialRun[] = [];
  #builds = 0;
  #trials = 0;
  #quota: 'full' | 'free';
  #secretVersion = 1;
  #baseDigest = base.digest;
  readonly #tags = new Map<string, string>();
  readonly #digests = new Set<string>();
  readonly #writes = new Map<string, number>();
  #answers = new Map<string, Answer>();
  #refusals: Observation['refusals'] = [];
  #listedImage: string | null = null;
  #steps = 0;

  constructor(scenario: Scenario, forgetAfter: number) {
    this.#scenario = scenario;
    this.#forgetAfter = forgetAfter;
    this.#spec = { ...anySpec, ...scenario.spec };
    this.#quota = scenario.quota ?? 'free';
  }

  run(): Outcome {
    this.#settle();
    for (const act of this.#scenario.acts ?? []) {
      this.#act(act);
      this.#settle();
    }
    return {
      status: timeless(this.#status),
      tags: Object.fromEntries([...this.#tags].toSorted(([a], [b]) => a.localeCompare(b))),
      jobs: this.#jobs.filter(({ run }) => !run.deleting).length,
      pods: this.#pods.length,
      writes: Object.fromEntries([...this.#writes].toSorted(([a], [b]) => a.localeCompare(b))),
      steps: this.#steps,
    };
  }

  /** Until nothing happens by itself any more. */
  #settle(): void {
    const limit = this.#now + horizonMs;
    for (let step = 0; step < mostSteps; step++) {
      this.#steps += 1;
      const { decision } = decide(this.#observation(), config);
      if (decision.next === 'ask') {
        for (const question of decision.questions) {
          this.#answer(question);
        }
      } else if (decision.next === 'act') {
        this.#apply(decision.effect);
      } else if (!this.#advance(decision.until, limit)) {
        return;
      }
    }
    throw new Error('the story does not come to rest');
  }

  #observation(): Observation {
    const { source } = this.#spec;
    const images = source.is === 'packages' && source.base.is === 'image' ? [source.base.reference] : [];
    return {
      now: this.#now,
      startedAt: this.#startedAt,
      self: { namespace: 'vision', name: 'astro', uid: 'uid-1', generation: this.#generation, resourceVersion: '1' },
      requests: this.#requests,
      plan: { ok: true, value: { spec: this.#spec, images, finalImage: images[0] ?? null, upstream: null } },
      upstream: { is: 'none' },
      status: this.#status,
      builds: this.#jobs.map(({ run }) => run),
      trials: this.#pods,
      listedImage: this.#listedImage,
      answers: [...this.#answers.values()],
      refusals: this.#refusals,
      patience: { imagePullGraceSeconds: 300, imageCheckSeconds: 86_400 },
      turn: 'mayStart',
      trialTurn: 'mayStart',
      published: { is: 'absent' },
      baseUpdatesFrom: 0,
    };
  }

  #answer(question: Question): void {
    const key = questionKey(question);
    const reply = this.#reply(question);
    const failures = reply.is === 'known' ? 0 : (this.#answers.get(key)?.failures ?? 0) + 1;
    // The model gives each question its own kind of value; the type cannot follow it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#answers.set(key, { question, reply, at: this.#now, failures } as unknown as Answer);
  }

  #reply(question: Question): Reply<unknown> {
    const known = (value: unknown): Reply<unknown> => ({ is: 'known', value });
    switch (question.ask) {
      case 'base':
        return known({ ...base, digest: this.#baseDigest });
      case 'pushAccess':
      case 'netrc':
        return known(true);
      case 'secrets':
        return known(`version ${this.#secretVersion}`);
      case 'present':
        return known(this.#digests.has(digestOf(question.reference)));
      case 'digestOf': {
        const digest = this.#tags.get(question.reference);
        return known(digest !== undefined && this.#digests.has(digest) ? digest : null);
      }
      case 'image': {
        const digest = question.reference.includes('@')
          ? digestOf(question.reference)
          : this.#tags.get(question.reference);
        return known(digest !== undefined && this.#digests.has(digest) ? { digest, sizeBytes: 7, input: '' } : null);
      }
      case 'podRefusal':
        return known(this.#quota === 'full' ? 'Error creating: pods "x" is forbidden: exceeded quota: q' : null);
      case 'log':
        return this.#logOf(question.pod.uid);
    }
  }

  #logOf(uid: string): Reply<unknown> {
    const isThere =
      this.#jobs.some(({ run }) => run.pod?.ref.uid === uid) || this.#pods.some(({ pod }) => pod.ref.uid === uid);
    return isThere
      ? {
          is: 'known',
          value:
            'ERROR: No matching distribution found for nope\nerror building image: error building stage: failed to execute command: waiting for process to exit: exit status 1',
        }
      : { is: 'failed', failure: failureOf('NodeLost', 'the log is gone') };
  }

  #apply(effect: Effect): void {
    this.#count(effect.do);
    switch (effect.do) {
      case 'writeStatus':
        this.#status = effect.status;
        break;
      case 'createJob':
        this.#createJob(effect);
        break;
      case 'deleteJob':
        this.#jobs = this.#jobs.filter(({ run }) => run.job.uid !== effect.target.uid);
        break;
      case 'putTag':
        this.#tags.set(effect.tag, effect.digest);
        break;
      case 'createPod':
        this.#createPod(effect);
        break;
      case 'deletePod':
        this.#pods = this.#pods.filter(({ pod }) => pod.ref.uid !== effect.target.uid);
        break;
      case 'writeContents':
        this.#listedImage = effect.about.image;
        break;
    }
    // What a write may have changed is asked again, as the controller does.
    if (effect.do === 'putTag') {
      this.#forget(({ question }) => question.ask === 'digestOf' && question.reference === effect.tag);
    }
    if (this.#total() === this.#forgetAfter) {
      this.#crash();
    }
  }

  #crash(): void {
    this.#answers = new Map();
    this.#refusals = [];
    this.#listedImage = null;
    this.#startedAt = this.#now;
  }

  #forget(isOld: (answer: Answer) => boolean): void {
    this.#answers = new Map([...this.#answers].filter(([, answer]) => !isOld(answer)));
  }

  #count(kind: string): void {
    this.#writes.set(kind, (this.#writes.get(kind) ?? 0) + 1);
  }

  #total(): number {
    return [...this.#writes.values()].reduce((sum, count) => sum + count, 0);
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
      pod: this.#quota === 'full' ? null : this.#pod(`${uid}-pod`, { build: { is: 'running', startedAt: this.#now } }),
    };
    const end = pick<BuildEnd>(this.#scenario.builds ?? ['pushed'], this.#builds);
    this.#jobs = [
      ...this.#jobs,
      { run, end, endsAt: end === 'never' ? Number.POSITIVE_INFINITY : this.#now + buildMs },
    ];
  }

  #createPod({ pod }: Extract<Effect, { do: 'createPod' }>): void {
    const annotation = pod.metadata?.annotations?.[annotations.run] ?? '';
    const identity = parseProbeIdentity(annotation) ?? parseVerifyIdentity(annotation);
    const name = pod.metadata?.name ?? '';
    if (identity === undefined || this.#pods.some((run) => run.pod.ref.name === name)) {
      throw new Error(`Pod ${name} is created twice, or says nothing of itself`);
    }
    this.#trials += 1;
    const containers: Record<string, ContainerState> = {};
    for (const { name: container } of [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])]) {
      containers[container] = { is: 'running', startedAt: this.#now };
    }
    const state = this.#pod(`trial-${this.#trials}`, containers);
    this.#pods = [...this.#pods, { identity, pod: { ...state, ref: { ...state.ref, name } } }];
  }

  #pod(uid: string, containers: Readonly<Record<string, ContainerState>>): PodState {
    const none = { reason: '', message: '', disruption: '', unschedulable: '', deletedAt: null, endedAt: null };
    const ref = { namespace: 'vision', name: uid, uid };
    return { ref, createdAt: this.#now, nodeName: 'node-1', phase: 'Running', ...none, containers };
  }

  /** Lets time pass to the next thing that happens. False when nothing more does. */
  #advance(until: number | null, limit: number): boolean {
    const ends = [
      ...this.#jobs.flatMap(({ run, endsAt }) => (run.pod?.phase === 'Running' ? [endsAt] : [])),
      ...this.#pods.flatMap(({ pod }) => (pod.phase === 'Running' ? [pod.createdAt + trialMs] : [])),
    ];
    const next = Math.min(until ?? Number.POSITIVE_INFINITY, ...ends);
    if (next > limit) {
      return false;
    }
    this.#now = Math.max(this.#now, next);
    this.#jobs = this.#jobs.map((job) => (this.#now >= job.endsAt ? this.#endBuild(job) : job));
    this.#pods = this.#pods.map((run, index) =>
      run.pod.phase === 'Running' && this.#now >= run.pod.createdAt + trialMs ? this.#endTrial(run, index) : run,
    );
    return true;
  }

  #endBuild(job: ModelJob): ModelJob {
    const { run, end } = job;
    if (run.pod === null || run.pod.phase !== 'Running') {
      return job;
    }
    const over = { ...run.pod, endedAt: this.#now };
    const image = `${run.identity.repository}@sha256:${run.job.uid.replace(/\D/g, '').padStart(64, 'c')}`;
    if (end === 'pushed') {
      this.#digests.add(digestOf(image));
    }
    const pods: Readonly<Record<BuildEnd, PodState>> = {
      pushed: { ...over, phase: 'Succeeded', containers: { build: ended(0, ''), push: ended(0, image) } },
      failed: { ...over, phase: 'Failed', containers: { build: ended(1, '') } },
      evicted: { ...over, phase: 'Failed', reason: 'Evicted', message: 'low on memory' },
      never: run.pod,
    };
    return { ...job, run: { ...run, pod: pods[end] } };
  }

  #endTrial({ identity, pod }: TrialRun, index: number): TrialRun {
    const end = pick<TrialEnd>(this.#scenario.trials ?? ['passed'], this.#trials - this.#pods.length + index + 1);
    const over = { ...pod, endedAt: this.#now };
    if (end === 'evicted') {
      return { identity, pod: { ...over, phase: 'Failed', reason: 'Evicted' } };
    }
    if (identity.role === 'verify') {
      const code = end === 'passed' ? 0 : 1;
      const containers = Object.fromEntries(
        Object.keys(pod.containers).map((name) => [name, ended(name === 'contents' ? 0 : code, '')]),
      );
      return { identity, pod: { ...over, phase: end === 'passed' ? 'Succeeded' : 'Failed', containers } };
    }
    const answer = {
      v: 1,
      ready: true,
      status: 200,
      singleuser: '5.2.1',
      server: '2.20.0',
      ms: 900,
      page: 200,
      hubCalls: [],
    };
    return end === 'passed'
      ? { identity, pod: { ...pod, containers: { ...pod.containers, hub: ended(0, JSON.stringify(answer)) } } }
      : { identity, pod: { ...over, phase: 'Failed', containers: { ...pod.containers, server: ended(1, '') } } };
  }

  #act(act: Act): void {
    switch (act.do) {
      case 'edit':
        this.#spec = { ...this.#spec, ...act.spec };
        this.#generation += 1;
        return;
      case 'ask':
        this.#requests = { ...this.#requests, ...act.requests };
        this.#answers = new Map();
        this.#refusals = [];
        return;
      case 'deleteJob':
        this.#jobs = [];
        return;
      case 'loseImage':
        this.#digests.clear();
        // The daily look is due.
        this.#now += 26 * 3_600_000;
        return;
      case 'moveBase':
        this.#baseDigest = `sha256:${'7'.repeat(64)}`;
        this.#now += 26 * 3_600_000;
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
            pod: this.#pod(`${job.run.job.uid}-pod`, { build: { is: 'running', startedAt: this.#now } }),
          },
          endsAt: this.#now + buildMs,
        }));
    }
  }
}

function ended(exitCode: number, message: string): ContainerState {
  return { is: 'terminated', exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message, startedAt: noon };
}

function digestOf(image: string): string {
  return image.slice(image.indexOf('@') + 1);
}

function pick<T>(ends: readonly T[], number: number): T {
  const end = ends[Math.min(number, ends.length) - 1];
  if (end === undefined) {
    throw new Error('a story without an end');
  }
  return end;
}

/** Without what differs by nature: when something was written. */
function timeless(status: ImageSpecStatus): unknown {
  return JSON.parse(JSON.stringify(status, (key, value: unknown) => (key.endsWith('Time') ? undefined : value)));
}
