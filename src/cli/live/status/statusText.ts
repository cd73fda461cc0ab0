import { conditionOf } from '../../../api/conditions.ts';
import type { HistoryEntry, ImageSpecStatus } from '../../../api/imagespec.generated.ts';
import { adviceOn, isFailureReason } from '../../../api/reasons/failureReasons.ts';
import { type ReadyReason, readyReasons } from '../../../api/reasons/reasons.ts';
import { type TaggedReason, taggedReasons } from '../../../api/reasons/verdictReasons.ts';
import { type Instant, parseRfc3339 } from '../../../api/time.ts';
import { type BuilderView } from '../build/builderView.ts';
import { becauseOf, type Progress, type Stage, type StageState } from '../build/progress.ts';
import { aligned, duration, manyLines, oneLine, type Terminal, type Tint, tinted } from '../terminal.ts';
import { type View } from './standing.ts';

const logLines = 20;
const longest = 1000;

/** A word for each state; colours repeat the word. */
const states = {
  waiting: ['waiting', 'dim'],
  running: ['running', 'cyan'],
  done: ['done', 'green'],
  failed: ['failed', 'red'],
  off: ['-', 'dim'],
  notReached: ['not reached', 'dim'],
} as const satisfies Readonly<Record<StageState, readonly [string, Tint]>>;

/** Everything needed to show one moment. */
export interface Shown {
  readonly view: View;
  readonly progress: Progress;
  readonly builder: BuilderView;
  readonly now: Instant;
  readonly terminal: Terminal | undefined;
}

/** At most this many steps are shown during a build, so that a redraw fits the terminal. */
const stepsShown = 10;

/** The full output of `status`, line by line: the redrawn part, then outcome and history. */
export function statusLines(shown: Shown): readonly string[] {
  return [...progressLines(shown), ...outcome(shown), ...history(shown.view.imageSpec.status.history ?? [])];
}

/** The redrawn part: overall state, stages, and the last line printed by a step. */
export function progressLines(shown: Shown): readonly string[] {
  const { view, progress, builder, now, terminal } = shown;
  const { output } = builder.progress;
  const isBuilding = progress.stages.some(({ name, state }) => name === 'build' && state === 'running');
  return [
    headline(view, progress, now, terminal),
    ...whyBuilt(view.imageSpec.status),
    '',
    ...stageTable(shown),
    ...(isBuilding && output !== '' ? ['', tinted(terminal, 'dim', `  ${oneLine(output, longest)}`)] : []),
  ];
}

function headline({ imageSpec }: View, progress: Progress, now: Instant, terminal: Terminal | undefined): string {
  const { namespace, name } = imageSpec;
  const { standing, startedAt, endedAt } = progress;
  const took = startedAt === null ? '' : duration((endedAt ?? now) - startedAt);
  const word = { underWay: 'cyan', ready: 'green', failed: 'red', suspended: 'yellow' } as const;
  const reason = tinted(terminal, word[standing.is], standing.reason);
  const ready = { underWay: 'under way', ready: 'ready', failed: 'not ready', suspended: 'suspended' }[standing.is];
  const time = took === '' ? '' : standing.is === 'underWay' ? `, for ${took}` : `, ${took} in all`;
  return `${tinted(terminal, 'bold', `${namespace}/${name}`)}: ${ready}: ${reason}${time}`;
}

function whyBuilt({ build }: ImageSpecStatus): readonly string[] {
  if (build === undefined) {
    return [];
  }
  const attempt = build.attempt > 1 ? `, attempt ${build.attempt}` : '';
  return [
    oneLine(`build ${build.number}${attempt}, because ${becauseOf(build.reasons, build.changes ?? [])}`, longest),
    ...(build.base === undefined ? [] : [oneLine(`base ${build.base}: ${build.baseReason ?? ''}`, longest)]),
  ];
}

/** One row for each stage, and one for each step that the builder has started. */
function stageTable({ progress, builder, now, terminal }: Shown): readonly string[] {
  return aligned([
    ['STAGE', 'STATE', 'TIME', ''],
    ...progress.stages.flatMap((stage) => {
      const [word, tint] = states[stage.state];
      const row = [stage.name, tinted(terminal, tint, word), timeOf(stage, now), detailOf(stage)];
      return stage.name === 'build' ? [row, ...stepRows(stage, builder, now)] : [row];
    }),
  ]);
}

function stepRows(stage: Stage, { instructions, progress }: BuilderView, now: Instant): readonly (readonly string[])[] {
  return progress.steps.slice(-stepsShown).map(({ index, startedAt, endedAt, cached }) => {
    const isOpen = endedAt === null;
    const end = endedAt ?? stage.endedAt ?? now;
    const word = cached ? 'cached' : isOpen ? states[stage.state][0] : 'done';
    return [` ${index + 1}/${instructions.length}`, word, duration(end - startedAt), instructions[index]?.title ?? ''];
  });
}

/** One line about a stage, for output that cannot be redrawn. */
export function stageLine(stage: Stage, now: Instant): string {
  const word = stage.state === 'off' ? 'left out' : states[stage.state][0];
  const time = timeOf(stage, now);
  const detail = detailOf(stage);
  return `${stage.name} ${word}${time === '' || stage.state === 'running' ? '' : ` after ${time}`}${detail === '' ? '' : `: ${detail}`}`;
}

function timeOf({ startedAt, endedAt, state }: Stage, now: Instant): string {
  if (startedAt === null || (endedAt === null && state !== 'running')) {
    return '';
  }
  return duration((endedAt ?? now) - startedAt);
}

function detailOf({ detail }: Stage): string {
  return shortDigests(oneLine(detail, longest));
}

/** Twelve digits of a digest distinguish images. */
function shortDigests(text: string): string {
  return text.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');
}

/** The outcome: the image, or the failure and what to do. */
export function outcome({ view, progress, now }: Omit<Shown, 'terminal'>): readonly string[] {
  const { status } = view.imageSpec;
  const { standing } = progress;
  const { failure, image } = status;
  const rows: (readonly [string, string])[] = [];
  if (failure !== undefined && standing.is !== 'ready') {
    const { reason, message } = standing;
    rows.push(
      ...(isCauseOf(failure.reason, reason)
        ? ([
            ['failure', failure.reason],
            ['message', failure.message],
            ['to do', adviceFor(failure.reason)],
          ] as const)
        : ([
            ['message', message],
            ['to do', readyReasons[reason].advice],
            ['last failure', `${failure.reason}: ${failure.message}`],
          ] as const)),
    );
    if (failure.packages !== undefined && failure.packages.length > 0) {
      rows.push(['packages', failure.packages.join(', ')]);
    }
    const next = failure.nextAttemptTime === undefined ? undefined : parseRfc3339(failure.nextAttemptTime);
    if (next !== undefined && next > now) {
      rows.push(['next try', `${failure.nextAttemptTime} (in ${duration(next - now)})`]);
    }
  } else if (standing.is !== 'ready') {
    rows.push(['message', standing.message], ['to do', readyReasons[standing.reason].advice]);
  }
  if (image !== undefined) {
    rows.push([standing.is === 'ready' ? 'image' : 'last good image', image]);
  }
  if (standing.is === 'ready' && status.tags !== undefined) {
    rows.push(...status.tags.map((tag) => ['tag', tag] as const));
  }
  const tagged = conditionOf(status, 'Tagged');
  if (tagged?.status === 'False') {
    rows.push(['not tagged', `${tagged.reason}: ${tagged.message}`], ['to do', taggedAdvice(tagged.reason)]);
  }
  const log = failure?.log === undefined || standing.is === 'ready' ? [] : manyLines(failure.log).slice(-logLines);
  return [
    ...(rows.length === 0 ? [] : ['', ...aligned(rows.map(([name, value]) => [name, oneLine(value, longest)]))]),
    ...(log.length === 0 ? [] : ['', 'last lines of the log:', ...log.map((line) => `  | ${line}`)]),
  ];
}

/** Whether `status.failure` explains the reason of Ready; else it is of an attempt before, and another obstacle stands. */
export function isCauseOf(failure: string, reason: ReadyReason): boolean {
  return failure === reason || reason === 'Retrying' || reason === 'RetriesExhausted';
}

/** What a user does about a failure; '' for a reason that this version does not know. */
export function adviceFor(reason: string): string {
  return isFailureReason(reason) ? adviceOn(reason) : '';
}

function taggedAdvice(reason: string): string {
  return isTaggedReason(reason) ? taggedReasons[reason].advice : '';
}

function isTaggedReason(reason: string): reason is TaggedReason {
  return Object.hasOwn(taggedReasons, reason);
}

function history(entries: readonly HistoryEntry[]): readonly string[] {
  if (entries.length === 0) {
    return [];
  }
  const rows = entries.map(({ number, result, reason, reasons, startTime, completionTime, image }) => {
    const [start, end] = [parseRfc3339(startTime ?? ''), parseRfc3339(completionTime)];
    return [
      String(number),
      result,
      reason,
      reasons.join(','),
      completionTime,
      start === undefined || end === undefined ? '' : duration(end - start),
      image === undefined ? '' : shortDigests(image.slice(image.lastIndexOf('/') + 1)),
    ];
  });
  return [
    '',
    ...aligned([
      ['BUILD', 'RESULT', 'REASON', 'BECAUSE', 'ENDED', 'TOOK', 'IMAGE'],
      ...rows.map((row) => row.map((cell) => oneLine(cell, longest))),
    ]),
  ];
}
