import { conditionOf } from '../../../api/conditions.ts';
import type { BuildReason, Condition } from '../../../api/imagespec.generated.ts';
import { type StageName, stageNames } from '../../../api/reasons/reasonColumns.ts';
import { hubReasons, publishedReasons } from '../../../api/reasons/verdictReasons.ts';
import { type Instant, parseRfc3339 } from '../../../api/time.ts';
import { containers } from '../../../kaniko/containers.ts';
import type { SeenContainer } from '../projections.ts';
import {
  currentJob,
  currentStage,
  podOf,
  type Standing,
  standingOf,
  type View,
  verifyContainers,
} from '../status/standing.ts';
import { type BuilderView, buildDetail } from './builderView.ts';

/** State of a stage. `off`: not requested. `notReached`: an earlier stage failed. */
export type StageState = 'waiting' | 'running' | 'done' | 'failed' | 'off' | 'notReached';

/** A stage with its state, for display. */
export interface Stage {
  readonly name: StageName;
  readonly state: StageState;
  /** Current activity or result; '' when there is none. */
  readonly detail: string;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
}

export interface Progress {
  readonly standing: Standing;
  readonly stages: readonly Stage[];
  /** When this build was requested; null without a build. */
  readonly startedAt: Instant | null;
  /** When the last stage ended; null while one runs. */
  readonly endedAt: Instant | null;
}

type Times = Pick<Stage, 'startedAt' | 'endedAt'>;
type About = Pick<Stage, 'detail'> & Times;

const noTimes: Times = { startedAt: null, endedAt: null };

/** Progress of an ImageSpec through the stages. */
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

/** The current stage. */
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

/** Verdict and list have their own conditions, which can be False while the image is good. */
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

/** Why a stage does not apply; undefined when it does. */
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
  const { status } = view.imageSpec;
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
        detail: build?.base === 'Composed' ? (build.baseReason ?? '') : buildDetail(pod, ofBuild, builder),
        startedAt: known.startedAt ?? instant(build?.startTime),
        endedAt: known.endedAt ?? instant(build?.completionTime),
      };
    }
    case 'push':
      return { detail: build?.image ?? 'the image is being pushed', ...timesOf(ofPush) };
    case 'verify':
      return { detail: verifyDetail(view), ...spanOf(verifyContainers(view)) };
    case 'probe':
      return {
        detail: verdict(conditionOf(status, 'JupyterHubCompatible')),
        ...spanOf(probeContainers(view)),
      };
    case 'published':
      return { detail: verdict(conditionOf(status, 'Published')), ...noTimes };
  }
}

function verdict(condition: Condition | undefined): string {
  return condition === undefined ? '' : `${condition.reason}: ${condition.message}`;
}

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

/** The running command, or the count of all commands. */
function verifyDetail(view: View): string {
  const names = (view.imageSpec.spec.verify ?? []).map(({ name }) => name);
  const at = verifyContainers(view).findIndex(({ state }) => state.is === 'running');
  return at < 0 ? names.join(', ') : `${names[at] ?? ''} (${at + 1} of ${names.length})`;
}

/** From the start of the first container to the end of the last, once all have ended. */
function spanOf(all: readonly SeenContainer[]): Times {
  const times = all.map(timesOf);
  const starts = times.flatMap(({ startedAt }) => startedAt ?? []);
  const ends = times.flatMap(({ endedAt }) => endedAt ?? []);
  return {
    startedAt: starts.length === 0 ? null : Math.min(...starts),
    endedAt: ends.length > 0 && ends.length === all.length ? Math.max(...ends) : null,
  };
}

/** The newest launch since the build began. */
function probeContainers({ imageSpec, pods }: View): readonly SeenContainer[] {
  const from = instant(imageSpec.status.build?.startTime) ?? 0;
  return (
    pods
      .filter(({ role, createdAt }) => role === 'probe' && createdAt >= from)
      .toSorted((one, other) => other.createdAt - one.createdAt)[0]?.containers ?? []
  );
}

function instant(text: string | undefined): Instant | null {
  return text === undefined ? null : (parseRfc3339(text) ?? null);
}

/** Why the operator started a build, in words. */
export function becauseOf(reasons: readonly BuildReason[], changes: readonly string[]): string {
  return [reasons.join(', '), ...(changes.length === 0 ? [] : [changes.join('; ')])].join(': ');
}
