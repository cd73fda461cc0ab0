import { conditionOf } from '../../api/conditions.ts';
import type { Condition, ConditionStatus } from '../../api/imagespec.generated.ts';
import { isInfrastructureCause, isOfCheck } from '../../api/reasons/failureReasons.ts';
import { type ReadyReason, readyReasons } from '../../api/reasons/reasons.ts';
import { hubReasons } from '../../api/reasons/verdictReasons.ts';
import { toRfc3339 } from '../../api/time.ts';
import { dockerfileAdvice } from '../../dockerfile/own/advice.ts';
import { adviceOf } from '../../imagespec/advice.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Seen } from '../model/observation.ts';
import { type BuildRecord, pushedIn, type Reported } from '../model/situation.ts';
import type { Standing } from '../model/standing.ts';
import { taggedCondition } from './tagged.ts';

/** The message of a build that a person cancelled. */
export const cancelledMessage =
  'cancelled by the annotation imagespec.dev/cancel; change the spec, or ask for a retry or a rebuild';

/** Reason and message of Ready in a situation. */
function summaryOf(
  seen: Seen<'status' | 'self'>,
  at: Reported,
): { readonly reason: ReadyReason; readonly message: string } {
  switch (at.is) {
    case 'asking':
    case 'waiting':
      return { reason: at.reason, message: at.message };
    case 'suspended':
      return at.goal === null && isUpToDate(seen)
        ? { reason: 'BuildSucceeded', message: 'nothing to build; suspended' }
        : { reason: 'Suspended', message: 'spec.suspend is true, and there is unbuilt work' };
    case 'queued':
      return { reason: 'Queued', message: 'waits for its turn: the limit of concurrent builds is reached' };
    case 'due':
      return { reason: 'Pending', message: 'the build is about to start' };
    case 'building':
      return {
        reason: 'Building',
        message: `build ${at.build.identity.number} is running in Job ${at.build.job?.name ?? ''}`,
      };
    case 'tagging':
      return { reason: 'Building', message: 'the image is being tagged' };
    case 'verifying':
      return { reason: 'Verifying', message: at.message };
    case 'stalled':
      return {
        reason: isInfrastructureCause(at.failure.reason) ? 'RetriesExhausted' : at.failure.reason,
        message: at.failure.message,
      };
    case 'cancelled':
      return { reason: 'Cancelled', message: cancelledMessage };
    case 'done':
      return { reason: at.good.reason, message: [doneMessage(at), ...advice(at.goal.spec)].join('; ') };
  }
}

function advice(spec: EffectiveSpec): readonly string[] {
  const { source } = spec;
  const found =
    knownAdvice.get(spec) ?? (source.is === 'dockerfile' ? dockerfileAdvice(source.text, spec.args) : adviceOf(spec));
  knownAdvice.set(spec, found);
  return found;
}

/** Of each spec once: a settled resource is looked at in every pass. */
const knownAdvice = new WeakMap<EffectiveSpec, readonly string[]>();

function doneMessage({ build, good: { image, reason } }: Extract<Reported, { is: 'done' }>): string {
  const short = image.slice(image.lastIndexOf('/') + 1).replace(/(@sha256:[0-9a-f]{12}).*/, '$1…');
  if (reason === 'ImageReused') {
    return `${short} was already in the registry for exactly this input`;
  }
  const { startTime, completionTime } = build;
  return startTime === null || completionTime === null
    ? `${short} built`
    : `${short} built in ${Math.max(0, Math.round((completionTime - startTime) / 1000))} s`;
}

/** All conditions of a situation, in a fixed order, each with the observed generation. */
export function conditionsOf({ seen, known, served }: Standing, at: Reported): readonly Condition[] {
  const summary = summaryOf(seen, at);
  const { reason } = summary;
  const message = [summary.message, ...troubles(known, summary.message)].join('; ');
  const { group } = readyReasons[reason];
  const make: Make = (type, status, why, text) => ({
    type,
    status,
    reason: why,
    message: text,
    observedGeneration: seen.self.generation,
    lastTransitionTime: toRfc3339(seen.now),
  });
  const ready: ConditionStatus = group === 'done' ? 'True' : group === 'over' ? 'False' : 'Unknown';
  const resolved = at.goal !== null;
  return [
    make('Ready', ready, reason, message),
    ...(group === 'underWay' ? [make('Reconciling', 'True', reason, message)] : []),
    ...(group === 'over' ? [make('Stalled', 'True', reason, message)] : []),
    resolved
      ? make(
          'BaseResolved',
          'True',
          'Resolved',
          at.goal.bases.map(({ image }) => image).join(', ') || 'there is no base image',
        )
      : make('BaseResolved', ready === 'True' ? 'Unknown' : ready, reason, message),
    builtCondition(at, make) ?? make('Built', ready, reason, `${message}${wayOfBase(at)}`),
    ...taggedCondition(seen, at, make),
    ...hubCondition(seen, served, make),
    ...publishedCondition(seen, make),
  ];
}

/** Messages of failed effects that the situation does not show: deletions, lists and launches at rest. */
function troubles(known: Knowledge, shown: string): readonly string[] {
  return known.troubles.filter(({ message }) => !shown.includes(message)).map(({ text }) => text);
}

/** Condition Built of a pushed image: its build succeeded, even if the image is not good. */
function builtCondition(at: Reported, make: Make): Condition | undefined {
  const pushed = pushedIn(at);
  if (pushed === null || (at.is === 'stalled' && !isOfCheck(at.failure.reason))) {
    return undefined;
  }
  const { build, image } = pushed;
  const reason = build.job === null ? 'ImageReused' : 'BuildSucceeded';
  return make('Built', 'True', reason, `build ${build.identity.number} pushed ${image}${becauseOf(build)}`);
}

/** How the base gets under a build that runs, or got under the one whose image is good. */
function wayOfBase(at: Reported): string {
  return at.is === 'building' || at.is === 'tagging' || at.is === 'done' ? becauseOf(at.build) : '';
}

/** The clause about the base of a build; '' where it is not decided. */
function becauseOf({ identity: { baseReason } }: BuildRecord): string {
  return baseReason === '' ? '' : `; ${baseReason}`;
}

type Make = (type: string, status: ConditionStatus, reason: string, message: string) => Condition;

function hubCondition(seen: Seen<'status' | 'plan'>, served: Standing['served'], make: Make): readonly Condition[] {
  const before = conditionOf(seen.status, 'JupyterHubCompatible');
  if (!seen.plan.ok) {
    // The spec is no longer valid, but the verdict about the image stays true.
    return [before ?? make('JupyterHubCompatible', 'Unknown', 'BuildNotComplete', hubReasons.BuildNotComplete.advice)];
  }
  if (seen.plan.value.spec.hub.policy === 'Skip') {
    return [];
  }
  if (served === null || served.launch.is === 'none') {
    return [make('JupyterHubCompatible', 'Unknown', 'BuildNotComplete', 'there is no finished build to judge')];
  }
  const { status, reason, message } = served.launch.verdict;
  return [make('JupyterHubCompatible', status, reason, message)];
}

function publishedCondition(
  { published, status, plan }: Seen<'published' | 'status' | 'plan'>,
  make: Make,
): readonly Condition[] {
  switch (published.is) {
    case 'absent':
      return [];
    case 'unknown':
      return plan.ok ? (status.conditions ?? []).filter(({ type }) => type === 'Published') : [];
    case 'known':
      return [make('Published', published.status, published.reason, published.message)];
  }
}

function isUpToDate({ status, self }: Seen<'status' | 'self'>): boolean {
  return (
    status.observedGeneration === self.generation &&
    status.build?.image !== undefined &&
    status.build.image === status.image
  );
}
