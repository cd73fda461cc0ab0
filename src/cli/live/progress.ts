import type { BuildReason, Condition } from '../../api/imagespec.generated.ts';
import { hubReasons, publishedReasons } from '../../api/reasons.ts';
import { type Instant, parseRfc3339 } from '../../api/time.ts';
import { containers } from '../../build/containers.ts';
import type { Instruction } from './instructions.ts';
import { type BuilderProgress, notBegun } from './kanikoLog.ts';
import type { SeenContainer, SeenPod } from './projections.ts';
import {
  conditionOf,
  currentJob,
  currentStage,
  podOf,
  type StageName,
  type Standing,
  stageNames,
  standingOf,
  type View,
} from './standing.ts';

/** How a stage stands. `off`: not asked for. `notReached`: what came before it failed. */
export type StageState = 'waiting' | 'running' | 'done' | 'failed' | 'off' | 'notReached';

/** One stage of the way, for people. */
export interface Stage {
  readonly name: StageName;
  readonly state: StageState;
  /** What is going on or came of it; '' when there is nothing to say. */
  readonly detail: string;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
}

/** All of the way. */
export interface Progress {
  readonly standing: Standing;
  readonly stages: readonly Stage[];
  /** When this build was wanted; null when there is none. */
  readonly startedAt: Instant | null;
  /** When the last stage ended; null while one is under way. */
  readonly endedAt: Instant | null;
}

/** What the builder's own log adds. */
export interface BuilderView {
  readonly instructions: readonly Instruction[];
  readonly progress: BuilderProgress;
}

type Times = Pick<Stage, 'startedAt' | 'endedAt'>;
type About = Pick<Stage, 'detail'> & Times;

const noTimes: Times = { startedAt: null, endedAt: null };

/** How far an ImageSpec has come. */
export function progressOf(view: View, builder: BuilderView): Progress {
  const standing = standingOf(view);
  const stages = stageNames.map((name) => stageOf(view, standing, name, builder));
  const started = stages.flatMap(({ startedAt }) => startedAt ?? []);
  const ended = stages.flatMap(({ endedAt }) => endedAt ?? []);
  return {
    standing,
    stages,
    startedAt: started.length === 0 ? null : Math.min(...started),
    endedAt: standing.is === 'underWay' || ended.length === 0 ? null : Math.max(...ended),
  };
}

function stageOf(view: View, standing: Standing, name: StageName, builder: BuilderView): Stage {
  const at = currentStage(view);
  const off = whyOff(view, standing, name);
  if (off !== undefined && name !== at) {
    return { name, state: 'off', detail: off, ...noTimes };
  }
  if (at !== undefined && stageNames.indexOf(name) > stageNames.indexOf(at)) {
    return { name, state: standing.is === 'failed' ? 'notReached' : 'waiting', detail: '', ...noTimes };
  }
  const about = aboutStage(view, name, builder);
  return name === at
    ? { name, ...about, ...here(standing, about) }
    : { name, ...about, state: at === undefined ? afterBuild(view, name) : 'done' };
}

/** The stage at which the way stands. */
function here(standing: Standing, about: About): Pick<Stage, 'state' | 'detail' | 'endedAt'> {
  switch (standing.is) {
    case 'failed':
      return { state: 'failed', detail: standing.reason, endedAt: about.endedAt };
    case 'suspended':
      return { state: 'waiting', detail: 'spec.suspend is true', endedAt: null };
    case 'underWay':
    case 'ready':
      return standing.reason === 'Pending'
        ? { state: 'waiting', detail: standing.message, endedAt: null }
        : { state: 'running', detail: about.detail || standing.message, endedAt: null };
  }
}

/** Verdict and list have conditions of their own, which may say no while the image is good. */
function afterBuild({ imageSpec }: View, name: StageName): StageState {
  switch (name) {
    case 'probe':
      return stateOf(conditionOf(imageSpec.status, 'JupyterHubCompatible'));
    case 'published':
      return stateOf(conditionOf(imageSpec.status, 'Published'));
    case 'base':
    case 'queue':
    case 'build':
    case 'push':
    case 'verify':
      return 'done';
  }
}

function stateOf(condition: Condition | undefined): StageState {
  switch (condition?.status) {
    case 'True':
      return 'done';
    case 'False':
      return 'failed';
    case 'Unknown':
      return condition.reason === 'ProbePending' ? 'running' : 'waiting';
    case undefined:
      return 'waiting';
  }
}

/** Why a stage is not on the way at all; undefined when it is. */
function whyOff({ imageSpec }: View, standing: Standing, name: StageName): string | undefined {
  const { spec, status } = imageSpec;
  const isReused = standing.reason === 'ImageReused' || conditionOf(status, 'Built')?.reason === 'ImageReused';
  switch (name) {
    case 'base':
      return undefined;
    case 'queue':
    case 'push':
      return isReused && standing.is !== 'underWay' ? '' : undefined;
    case 'build':
      return isReused && standing.is !== 'underWay' ? 'the registry already had this image' : undefined;
    case 'verify':
      return (spec.verify ?? []).length === 0 ? 'spec.verify has no commands' : undefined;
    case 'probe':
      if (spec.jupyterHub?.policy === 'Skip') {
        return 'jupyterHub.policy is Skip';
      }
      return conditionOf(status, 'JupyterHubCompatible')?.reason === 'ProbeDisabled'
        ? hubReasons.ProbeDisabled.advice
        : undefined;
    case 'published': {
      const condition = conditionOf(status, 'Published');
      if (condition?.reason === 'NotSelected') {
        return publishedReasons.NotSelected.advice;
      }
      return condition === undefined && standing.is !== 'underWay' ? 'offered to no Hub' : undefined;
    }
  }
}

function aboutStage(view: View, name: StageName, builder: BuilderView): About {
  const { status, spec } = view.imageSpec;
  const { build, base } = status;
  const pod = podOf(view, currentJob(view));
  const ofBuild = pod?.containers.find((container) => container.name === containers.build);
  const ofPush = pod?.containers.find((container) => container.name === containers.push);
  switch (name) {
    case 'base':
      return {
        detail: base === undefined ? '' : `${base.image} is ${base.digest}`,
        startedAt: null,
        endedAt: null,
      };
    case 'queue':
      return {
        detail: '',
        startedAt: instant(build?.queuedTime),
        endedAt: instant(build?.startTime),
      };
    case 'build': {
      const known = timesOf(ofBuild);
      return {
        detail: buildDetail(pod, ofBuild, builder),
        startedAt: known.startedAt ?? instant(build?.startTime),
        endedAt: known.endedAt ?? instant(build?.completionTime),
      };
    }
    case 'push':
      return { detail: build?.image ?? 'the image is being pushed', ...timesOf(ofPush) };
    case 'verify':
      return {
        detail: (spec.verify ?? []).map((command) => command.name).join(', '),
        ...timesOfRole(view, 'verify', build?.startTime),
      };
    case 'probe':
      return {
        detail: verdict(conditionOf(status, 'JupyterHubCompatible')),
        ...timesOfRole(view, 'probe', build?.startTime),
      };
    case 'published':
      return { detail: verdict(conditionOf(status, 'Published')), ...noTimes };
  }
}

function verdict(condition: Condition | undefined): string {
  return condition === undefined ? '' : `${condition.reason}: ${condition.message}`;
}

function buildDetail(
  pod: SeenPod | undefined,
  container: SeenContainer | undefined,
  { instructions, progress }: BuilderView,
): string {
  if (pod === undefined || container === undefined) {
    return '';
  }
  const { state } = container;
  switch (state.is) {
    case 'waiting': {
      const waiting = pod.containers.find(
        ({ state: other }) => other.is === 'waiting' && /^(Err|.*BackOff|Invalid|Create)/.test(other.reason),
      );
      if (waiting?.state.is === 'waiting') {
        return `${waiting.name}: ${waiting.state.reason}: ${waiting.state.message}`;
      }
      return pod.unschedulable === '' ? 'the Pod is starting' : `no node takes the Pod: ${pod.unschedulable}`;
    }
    case 'running':
      return activityText(instructions, progress);
    case 'terminated': {
      const cached = progress.steps.filter((step) => step.cached).length;
      const steps = instructions.length === 1 ? '1 step' : `${instructions.length} steps`;
      return `${steps}${cached === 0 ? '' : `, ${cached} from the layer cache`}`;
    }
  }
}

/** What the builder is about, in words. */
export function activityText(instructions: readonly Instruction[], progress: BuilderProgress): string {
  const { activity, steps } = progress;
  const current = steps.at(-1);
  const step =
    current === undefined
      ? ''
      : `step ${current.index + 1} of ${instructions.length}: ${instructions[current.index]?.title ?? ''}`;
  switch (activity.is) {
    case 'starting':
      return 'the builder is starting';
    case 'fetchingBase':
      return `fetching ${activity.image}`;
    case 'lookingForLayers':
      return 'looking for layers in the cache';
    case 'unpackingBase':
      return 'unpacking the base image';
    case 'preparing':
      return `${step} (a first look at the file system)`;
    case 'running':
      return current?.cached === true ? `${step} (from the layer cache)` : step;
    case 'snapshot':
      return current?.endedAt === null ? `${step} (looking for what has changed)` : 'looking for what has changed';
    case 'finishing':
      return 'writing the image';
    case 'pushing':
      return `pushing to ${activity.destination}`;
  }
}

/** Nothing is known of the builder. */
export const noBuilder: BuilderView = { instructions: [], progress: notBegun };

function timesOf(container: SeenContainer | undefined): Times {
  switch (container?.state.is) {
    case 'running':
      return { startedAt: container.state.startedAt, endedAt: null };
    case 'terminated':
      return { startedAt: container.state.startedAt, endedAt: container.state.finishedAt };
    case 'waiting':
    case undefined:
      return noTimes;
  }
}

/** From the first Pod of this role since the build began to the end of the last. */
function timesOfRole({ pods }: View, role: string, since: string | undefined): Times {
  const from = instant(since) ?? 0;
  const runs = pods.filter((pod) => pod.role === role && pod.createdAt >= from);
  const ends = runs.map((pod) => pod.containers.map(timesOf).flatMap(({ endedAt }) => endedAt ?? []));
  const isOver = runs.length > 0 && runs.every(({ phase }) => phase === 'Succeeded' || phase === 'Failed');
  return {
    startedAt: runs.length === 0 ? null : Math.min(...runs.map(({ createdAt }) => createdAt)),
    endedAt: isOver && ends.flat().length > 0 ? Math.max(...ends.flat()) : null,
  };
}

function instant(text: string | undefined): Instant | null {
  return text === undefined ? null : (parseRfc3339(text) ?? null);
}

/** Why a build was started, for people. */
export function becauseOf(reasons: readonly BuildReason[], changes: readonly string[]): string {
  return [reasons.join(', '), ...(changes.length === 0 ? [] : [changes.join('; ')])].join(': ');
}
