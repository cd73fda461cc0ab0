import type { FailureReason } from '../api/reasons/failureReasons.ts';
import type { TextRow } from '../api/reasons/failureRows.ts';
import type { ManagerName } from './names.ts';

/** Why a step of the build failed: a person must help, so the operator tries none of these again. */
export type StepReason = Extract<
  FailureReason,
  'PackageManagerMissing' | 'PackageNotFound' | 'DependencyConflict' | 'RunFailed' | 'OutOfMemory' | 'DiskFull'
>;

/** What messages call the fields of a spec that has lists of packages; other words where there is a Dockerfile instead. */
export interface FieldWords {
  /** Where packages of Python come from. */
  readonly indexes: string;
  readonly channels: string;
  readonly snapshot: string;
  readonly credentials: string;
}

/**
 * A row of what a RUN step printed, or of Kaniko's word on how the step ended. In messages `{missing}` is a program, header
 * or library; `{remedy}` says what to install for it. `{package}` was being built from source. The names of `FieldWords` are
 * the fields to look at.
 */
export interface StepRow extends TextRow {
  readonly seen: 'step';
  /** `end`: Kaniko's word on the step. `output`: what the step itself printed. */
  readonly look: 'end' | 'output';
  readonly reason: StepReason;
  /** What the message needs besides the groups of the match, from what the step printed. */
  readonly more: (output: string) => Readonly<Record<string, string>>;
}

const nothingMore = () => ({});

/** A step row, seen in `ID.log`. */
export function stepRow(
  id: string,
  look: StepRow['look'],
  match: RegExp | readonly [RegExp, RegExp],
  reason: StepReason,
  what: string,
  message: string,
  more: StepRow['more'] = nothingMore,
): StepRow {
  const matches = match instanceof RegExp ? { match } : { match: match[0], also: match[1] };
  return { seen: 'step', id, look, ...matches, reason, what, message, more, example: `${id}.log` };
}

/** A row of what a package manager refuses; `{packages}` in its message are the entries, with their places. */
export interface PackageRow extends TextRow {
  readonly seen: 'packages';
  readonly manager: ManagerName;
  readonly reason: 'PackageNotFound' | 'DependencyConflict';
  /** Finds each package: its first group is one, or a list of them that `separator` divides. */
  readonly names: RegExp;
  readonly separator: RegExp;
  /** What else must hold of the output. */
  readonly holds: (output: string) => boolean;
  /** The nearest match that the output offers, as the end of the sentence; '' when it offers none. */
  readonly hint: (output: string, names: readonly string[], words: FieldWords) => string;
}

const noHint = () => '';
const oneEach = /$^/;

type Parts = Pick<PackageRow, 'match' | 'what'> &
  Partial<Pick<PackageRow, 'also' | 'names' | 'separator' | 'holds' | 'hint'>>;

/** A package row, seen in `ID.log`. Where nothing else says how the packages are named, the match itself does. */
export function packageRow(
  id: string,
  manager: ManagerName,
  reason: PackageRow['reason'],
  message: string,
  parts: Parts,
): PackageRow {
  return {
    seen: 'packages',
    id,
    manager,
    reason,
    message,
    names: new RegExp(parts.match, 'gm'),
    separator: oneEach,
    holds: () => true,
    hint: noHint,
    example: `${id}.log`,
    ...parts,
  };
}

/** The message of a package that the manager does not know. */
export function notFound(manager: ManagerName): string {
  return `${manager} found no version of {packages}; check the name{hint}`;
}

/** The message of a version that the manager does not have. */
export function noVersion(manager: ManagerName): string {
  return `${manager} has no such version: {packages}{hint}`;
}

/** The message of packages that exclude each other. */
export function conflict(manager: ManagerName): string {
  return `${manager} finds no versions that go together{packages}; loosen one of them, status.failure.log says more`;
}

/** How one manager's steps fail. */
export interface ManagerFailures {
  /** What the manager's words on packages follow from, such as an index that it cannot reach. */
  readonly causes: readonly StepRow[];
  /** Packages that it does not find, and such as exclude each other. Rows that match first come first. */
  readonly packages: readonly PackageRow[];
  /** The package was found, and could not be installed. */
  readonly installs: readonly StepRow[];
  /** The package that was being built from source when the step ended; undefined when the output names none. */
  readonly builtPackage: (output: string) => string | undefined;
}

/** `builtPackage` of a manager that builds nothing from source. */
export function buildsNothing(): undefined {
  return undefined;
}
