import type { Instant } from '../../../api/time.ts';
import { plainText } from '../../../text/plain.ts';
import { type Instruction, sameInstruction } from './instructions.ts';

/** A line of a container's log. */
export interface LogLine {
  /** The node's clock when the line was written. */
  readonly at: Instant;
  readonly text: string;
}

/** The current activity of the builder. */
export type Activity =
  | { readonly is: 'starting' }
  | { readonly is: 'fetchingBase'; readonly image: string }
  | { readonly is: 'lookingForLayers' }
  | { readonly is: 'unpackingBase' }
  /** The first snapshot of the file system, before the first step. */
  | { readonly is: 'preparing' }
  | { readonly is: 'running' }
  | { readonly is: 'snapshot' }
  | { readonly is: 'finishing' }
  | { readonly is: 'pushing'; readonly destination: string };

/** An instruction of the Dockerfile that the builder has started. */
export interface Step {
  /** Place in the list of instructions, from 0. */
  readonly index: number;
  readonly startedAt: Instant;
  /** null while it runs. */
  readonly endedAt: Instant | null;
  /** Whether its layer came from the cache. */
  readonly cached: boolean;
}

/** The builder's progress according to its log. */
export interface BuilderProgress {
  readonly activity: Activity;
  readonly steps: readonly Step[];
  /** Instructions whose layer is in the cache, by their place. */
  readonly cached: ReadonlySet<number>;
  /** Newest line printed by a step, without control characters; '' before the first. */
  readonly output: string;
}

/** Before the first line. */
export const notBegun: BuilderProgress = { activity: { is: 'starting' }, steps: [], cached: new Set(), output: '' };

/**
 * Kaniko's own messages, in both of its text formats: `time="…" level=info msg="…"` with --log-format=text, and
 * `INFO[0003] …` (pkg/logging/logging.go, logrus's TextFormatter).
 */
const structured = /^time="[^"]*" level=(?:info|warning) msg=(".*"|\S+)$/;
const short = /^(?:INFO|WARN)\[\d+\] (.*)$/;

/** The progress after one more line of the builder's log. */
export function afterLine(
  before: BuilderProgress,
  { at, text }: LogLine,
  instructions: readonly Instruction[],
): BuilderProgress {
  const message = messageOf(text);
  if (message === undefined) {
    const output = plainText(text).trim().split('\n').at(-1) ?? '';
    return output === '' ? before : { ...before, output };
  }
  const activity = activityOf(message);
  if (activity?.is === 'snapshot' && before.activity.is === 'preparing') {
    return before;
  }
  if (activity !== undefined) {
    const steps = closes(activity) ? ended(before.steps, at) : before.steps;
    return { ...before, activity, steps };
  }
  const cached = /^(?:Using caching version of cmd:|Cache hit via inferred cross-stage key for cmd:) (.*)$/s.exec(
    message,
  );
  if (cached !== null) {
    const index = instructions.findIndex(
      (instruction, place) => !before.cached.has(place) && sameInstruction(instruction, cached[1] ?? ''),
    );
    return index < 0 ? before : { ...before, cached: new Set([...before.cached, index]) };
  }
  return begun(before, at, message, instructions);
}

/** The message that Kaniko itself wrote; undefined for the output of a step. */
function messageOf(text: string): string | undefined {
  const line = text.trimEnd();
  const quoted = structured.exec(line)?.[1];
  return quoted === undefined ? short.exec(line)?.[1] : unquoted(quoted);
}

/** Go's %q is JSON except for its escapes of unusual bytes, which no instruction needs to be recognised. */
function unquoted(value: string): string {
  if (!value.startsWith('"')) {
    return value;
  }
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch {
    return value.slice(1, -1);
  }
}

/** Messages of pkg/executor, pkg/snapshot and pkg/image that start an activity. */
const openings: readonly (readonly [RegExp, (found: string) => Activity])[] = [
  [/^Retrieving image manifest (\S+)/, (image) => ({ is: 'fetchingBase', image })],
  [/^Checking for cached layer /, () => ({ is: 'lookingForLayers' })],
  [/^Unpacking rootfs as cmd /, () => ({ is: 'unpackingBase' })],
  [/^Initializing snapshotter/, () => ({ is: 'preparing' })],
  [/^Taking snapshot of /, () => ({ is: 'snapshot' })],
  [/^Running: /, () => ({ is: 'running' })],
  [/^Skipping push to container registry/, () => ({ is: 'finishing' })],
  // Kaniko pushes layers to the cache concurrently with the next step, under a tag of 64 digits.
  [/^Pushing image to (\S+)(?<!:[0-9a-f]{64})$/, (destination) => ({ is: 'pushing', destination })],
];

function activityOf(message: string): Activity | undefined {
  for (const [pattern, activity] of openings) {
    const found = pattern.exec(message);
    if (found !== null) {
      return activity(found[1] ?? '');
    }
  }
  return undefined;
}

/** The next stage of the Dockerfile, or the end of the last: no step runs any more. */
function closes({ is }: Activity): boolean {
  return is === 'fetchingBase' || is === 'unpackingBase' || is === 'finishing' || is === 'pushing';
}

/** Instructions that only change the image's configuration, and the labels that the operator adds. */
const small =
  /^(?:ARG|ENV|USER|WORKDIR|LABEL|CMD|ENTRYPOINT|EXPOSE|VOLUME|STOPSIGNAL|SHELL|HEALTHCHECK|ONBUILD|MAINTAINER)\s/i;
const ownLabel = /^LABEL (?:org\.opencontainers\.image\.base|imagespec\.dev)/;

/** Kaniko prints each instruction when it starts it (`logrus.Info(command.String())` in pkg/executor/build.go). */
function begun(
  before: BuilderProgress,
  at: Instant,
  message: string,
  instructions: readonly Instruction[],
): BuilderProgress {
  const last = before.steps.at(-1)?.index ?? -1;
  const index = instructions.findIndex((instruction, place) => place > last && sameInstruction(instruction, message));
  if (index >= 0) {
    const step: Step = { index, startedAt: at, endedAt: null, cached: before.cached.has(index) };
    return { ...before, activity: { is: 'running' }, steps: [...ended(before.steps, at), step], output: '' };
  }
  if (!small.test(message)) {
    return before;
  }
  const activity: Activity = ownLabel.test(message) ? { is: 'finishing' } : before.activity;
  return { ...before, activity, steps: ended(before.steps, at) };
}

function ended(steps: readonly Step[], at: Instant): readonly Step[] {
  return steps.map((step) => (step.endedAt === null ? { ...step, endedAt: at } : step));
}
