import { type Failure, failureOf } from '../api/failure.ts';
import { readLines } from '../dockerfile/reading/lines.ts';
import type { Source } from '../imagespec/effective.ts';
import type { FieldWords, PackageRow, StepRow } from '../packages/failures.ts';
import { managerList, managerNames } from '../packages/managers.ts';
import type { ManagerName } from '../packages/names.ts';
import { shortened } from '../text/cut.ts';
import { plainText } from '../text/plain.ts';
import { agentRows } from './failures/agents.ts';
import { builderRows } from './failures/builder.ts';
import { type BuilderEnd, builderEnd } from './failures/builderEnd.ts';
import { debianPackage } from './failures/debianPackages.ts';
import { packageRows } from './failures/packages.ts';
import { type Found, fill, findIn, firstRow } from './failures/row.ts';
import { anyStep, causesOfSteps, otherSteps } from './failures/steps.ts';

/** A failure and its row in the failure table. */
export interface Classified {
  readonly row: string;
  readonly failure: Failure;
}

/**
 * Why Kaniko ended with an error; undefined when its log has no final error line. Only that line distinguishes a failure of
 * a step from one of the builder or a registry. The output of steps can contain anything.
 */
export function classifyBuilder(log: string, exitCode: number, source: Source): Classified | undefined {
  const end = builderEnd(plainText(log), exitCode);
  switch (end.is) {
    case 'step':
      return classifyStep(end, exitCode, source);
    case 'builder': {
      const line = withoutWrapping(end.line);
      const hit = firstRow(builderRows, end.line);
      return hit === undefined
        ? { row: 'builder-failed', failure: failureOf('BuilderFailed', fill('the builder failed: {line}', { line })) }
        : {
            row: hit.row.id,
            failure: failureOf(
              hit.row.reason,
              fill(placed(hit.row.message, end.command, source), { ...hit.found, line, command: end.command }),
            ),
          };
    }
    case 'silent':
      return undefined;
  }
}

/** Removes the wrapping that layers of Kaniko and go-containerregistry put around the cause. */
function withoutWrapping(line: string): string {
  return line
    .replace(/^error (?:building|pushing) image: |^error checking push permissions[^:]*: |^Error: /, '')
    .replace(/^error building stage: /, '')
    .replace(/^failed to (?:execute command|get filesystem from image|take snapshot): /, '')
    .replace(/^unable to complete operation after \d+ attempts, last error: /, '')
    .replace(' (HEAD responses have no body, use GET for details)', '');
}

type StepEnd = Extract<BuilderEnd, { is: 'step' }>;

function classifyStep(end: StepEnd, exitCode: number, source: Source): Classified {
  return (
    fromRows(causesOfSteps, end, source) ??
    fromPackages(end.output, source) ??
    fromRows(otherSteps, end, source) ?? {
      row: anyStep.id,
      failure: failureOf(
        anyStep.reason,
        fill(placed(anyStep.message, end.command, source), {
          command: end.command || 'that ran last',
          code: String(exitCode),
        }),
      ),
    }
  );
}

/** A message with the place of an instruction, which stands in none of the texts from outside. */
function placed(message: string, command: string, source: Source): string {
  return message.replace('{place}', lineOf(command, source));
}

/** `spec.dockerfile line 3: `, where a user's Dockerfile has this instruction; '' else. */
function lineOf(command: string, source: Source): string {
  if (source.is === 'packages' || command === '') {
    return '';
  }
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  const found = readLines(source.text).lines.find(({ text }) => plain(text) === plain(command));
  return found === undefined ? '' : `spec.dockerfile line ${found.first}: `;
}

function fromRows(rows: readonly StepRow[], end: StepEnd, source: Source): Classified | undefined {
  for (const row of rows) {
    const found = findIn(row, row.look === 'end' ? end.line : end.output);
    if (found !== undefined) {
      const built = builtPackage(end.output);
      const message = fill(row.message, {
        ...fieldWords(source),
        ...found,
        ...row.more(end.output),
        remedy: remedy(found, source),
        package: built === undefined ? 'a package' : `"${built.name}"${placeOf(built.name, source, built.manager)}`,
      });
      const packages = built === undefined ? [] : [built.name];
      return { row: row.id, failure: { ...failureOf(row.reason, message), packages } };
    }
  }
  return undefined;
}

/** The package that a manager was building from source when the step ended. */
function builtPackage(output: string): { readonly name: string; readonly manager: ManagerName } | undefined {
  for (const { name: manager, failures } of managerList) {
    const name = failures.builtPackage(output);
    if (name !== undefined) {
      return { name, manager };
    }
  }
  return undefined;
}

/** What to install, and where: a user's Dockerfile has no package lists. */
function remedy({ missing = '', deb }: Found, source: Source): string {
  const name = deb ?? debianPackage(missing);
  const what = name ?? 'the system package that contains it';
  return source.is === 'packages' ? `add ${what} to packages.apt` : `install ${what} in an earlier step`;
}

/** A user's Dockerfile has no fields for packages: what they say stands in its steps. */
function fieldWords(source: Source): FieldWords & Found {
  return source.is === 'packages'
    ? {
        indexes: 'packages.pipIndexes',
        channels: 'packages.condaChannels',
        snapshot: 'packages.cranSnapshot',
        credentials: 'packages.credentialsSecret',
      }
    : {
        indexes: 'the indexes of the step',
        channels: 'the channels of the step',
        snapshot: 'the repository of the step',
        credentials: 'its credentials',
      };
}

function fromPackages(output: string, source: Source): Classified | undefined {
  const row = packageRows.find((candidate) => findIn(candidate, output) !== undefined && candidate.holds(output));
  if (row === undefined) {
    return undefined;
  }
  const packages = asked(packagesIn(row, output), source);
  const more = packages.length > mostNamed ? ` and ${packages.length - mostNamed} more` : '';
  const named = `${packages
    .slice(0, mostNamed)
    .map((name) => `"${shortened(name, longestNamed)}"${placeOf(name, source, row.manager)}`)
    .join(', ')}${more}`;
  const message = fill(row.message, {
    packages: row.reason === 'DependencyConflict' && named !== '' ? `: ${named}` : named,
    hint: row.hint(output, packages, fieldWords(source)),
  });
  return { row: row.id, failure: { ...failureOf(row.reason, message), packages: packages.slice(0, mostPackages) } };
}

/** Selects the packages listed in the spec; users did not write their dependencies. */
function asked(names: readonly string[], source: Source): readonly string[] {
  const own = names.filter((name) => placeOf(name, source, 'pip') !== '');
  return own.length > 0 ? own : names;
}

/** Limit of `status.failure.packages`. */
const mostPackages = 64;
/** A message names fewer, with their places, and counts the rest. */
const mostNamed = 5;
/** Of a name in a message, in characters. */
const longestNamed = 40;
/** More than one spec can ask for: only so many are counted. */
const mostCounted = 4096;

function packagesIn({ names, separator }: PackageRow, output: string): readonly string[] {
  const all = [...output.matchAll(names)].flatMap((found) =>
    (found.slice(1).find((group) => group !== undefined) ?? '').split(separator),
  );
  const entries = all.map((name) => name.trim().replaceAll(/^- |['‘’]/g, '')).filter((name) => name !== '');
  return [...new Set(entries)].slice(0, mostCounted);
}

/** ` in packages.pip[0]`, when an entry of the spec starts with this name; the manager's list comes first. */
function placeOf(name: string, source: Source, manager: ManagerName): string {
  if (source.is === 'dockerfile') {
    return '';
  }
  for (const list of [manager, ...managerNames]) {
    const exact = source[list].indexOf(name);
    const index = exact === -1 ? source[list].findIndex((entry) => bareName(entry) === bareName(name)) : exact;
    if (index !== -1) {
      return ` in packages.${list}[${index}]`;
    }
  }
  return '';
}

function bareName(entry: string): string {
  return (/^(?:.*::)?([A-Za-z0-9._+-]+)/.exec(entry)?.[1] ?? entry).toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/** Why `credentials` or `push` ended with an error: the exit code selects the row, the last line is the message. */
export function classifyAgent(log: string, exitCode: number, container: string): Classified | undefined {
  const row = agentRows.find(({ match }) => match === exitCode);
  const last = plainText(log).trimEnd().split('\n').at(-1) ?? '';
  if (row === undefined) {
    return undefined;
  }
  const line = last === '' ? `the container ${container} ended with exit code ${exitCode}` : last;
  return { row: row.id, failure: failureOf(row.reason, fill(row.message, { line })) };
}
