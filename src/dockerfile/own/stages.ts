import type { NameValue } from '../../imagespec/effective.ts';
import { parseReference } from '../../oci/reference.ts';
import type { DockerfileFinding } from '../reading/finding.ts';
import { type Instruction, pairWordsOf, type Word, wordsOf } from '../reading/instruction.ts';
import { placeOf } from '../reading/lines.ts';
import { flagOf } from './flags.ts';
import { expanded, globalArguments, longestArguments } from './variables.ts';

/** A text of the Dockerfile that pinning replaces. Nothing is then left for the builder to decide. */
export interface Place {
  /** Positions in the text: line and column from 0, the end exclusive. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Where a Dockerfile names what a stage starts from, or where files come from. */
export type NameUse =
  | { readonly is: 'image'; readonly image: string; readonly use: 'stage' | 'files'; readonly place: Place }
  /** A stage before, or `scratch`, that FROM names by a variable. */
  | { readonly is: 'stage'; readonly name: string; readonly place: Place };

/** The stages of a Dockerfile. */
export interface Stages {
  /** Every use of an external image, and of a stage by a variable, in the order of the lines. */
  readonly uses: readonly NameUse[];
  /** External image under the last stage; null for `scratch`. */
  readonly finalImage: string | null;
  /** The external image under each stage; null for `scratch`. */
  readonly bases: readonly (string | null)[];
  /** Last line of each FROM, from 0. */
  readonly fromEnds: readonly number[];
  readonly findings: readonly DockerfileFinding[];
}

/** The longest name of an image, in characters: the CRD's bound on `status.bases[].image`. */
export const longestReference = 512;
/** The operator looks up each image before a build, and lists it in the status. */
const mostImages = 32;

/** Names that mean something else to one of the builders. */
const reservedStages: ReadonlySet<string> = new Set(['scratch', 'context']);

/** The known stages up to a line. */
interface Known {
  readonly values: ReadonlyMap<string, string>;
  /** The external image under each stage; null for `scratch`. */
  readonly bases: (string | null)[];
  /** Index of each named stage, by its name in lower case. */
  readonly names: Map<string, number>;
}

/** What one instruction names, or what is wrong with it. */
type Named =
  | { readonly is: 'use'; readonly use: NameUse; readonly base: string | null }
  /** Nothing is to be replaced. */
  | { readonly is: 'plain'; readonly base: string | null }
  | { readonly is: 'fault'; readonly message: string };

/**
 * Follows FROM and COPY --from through stage names, indexes and build arguments to the external images.
 * @param args `spec.build.args`, which win over the defaults of ARG lines
 */
export function readStages(instructions: readonly Instruction[], args: readonly NameValue[]): Stages {
  const fromEnds = instructions.flatMap(({ keyword, joined }) => (keyword === 'FROM' ? [joined.last - 1] : []));
  const { values, tooLongAt } = globalArguments(declaredArguments(instructions), args);
  if (tooLongAt !== null) {
    const message = `ARG: the defaults up to here have more than ${longestArguments} characters once their variables are put in; make them shorter`;
    return { uses: [], finalImage: null, bases: [], fromEnds, findings: [{ line: tooLongAt, message }] };
  }
  const known: Known = { values, bases: [], names: new Map() };
  const findings: DockerfileFinding[] = [];
  const uses: NameUse[] = [];
  const images = new Set<string>();
  for (const instruction of instructions) {
    const line = instruction.joined.first;
    const fault = (message: string) => findings.push({ line, message });
    if (instruction.keyword !== 'FROM' && instruction.keyword !== 'COPY') {
      continue;
    }
    const named = instruction.keyword === 'FROM' ? readFrom(instruction, known) : readCopy(instruction, known);
    if (named.is === 'fault') {
      fault(named.message);
    } else if (named.is === 'use') {
      uses.push(named.use);
      const before = images.size;
      if (named.use.is === 'image') {
        images.add(named.use.image);
      }
      if (before === mostImages && images.size > mostImages) {
        fault(
          `${instruction.keyword}: with this there are more than ${mostImages} different images; build in two steps`,
        );
      }
    }
    if (instruction.keyword === 'FROM') {
      stageFaults(instruction, known).forEach(fault);
      known.bases.push(named.is === 'fault' ? null : named.base);
      const name = stageNameOf(instruction);
      if (name !== undefined) {
        known.names.set(name.toLowerCase(), known.bases.length - 1);
      }
    }
  }
  return { uses, finalImage: known.bases.at(-1) ?? null, bases: known.bases, fromEnds, findings };
}

/** The values of the ARG lines before the first FROM, of which a line may hold several. */
export function declaredArguments(instructions: readonly Instruction[]) {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  return instructions
    .slice(0, Math.max(0, first))
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap((instruction) =>
      pairWordsOf(instruction).map((word) => {
        const equals = word.indexOf('=');
        return {
          name: equals === -1 ? word : word.slice(0, equals),
          value: equals === -1 ? null : word.slice(equals + 1),
          line: instruction.joined.first,
        };
      }),
    );
}

function stageNameOf(instruction: Instruction): string | undefined {
  const [, as, name, ...others] = wordsOf(instruction);
  return as !== undefined && /^as$/i.test(as.text) && others.length === 0 ? name?.text : undefined;
}

function stageFaults(instruction: Instruction, { names }: Known): readonly string[] {
  const words = wordsOf(instruction);
  const name = stageNameOf(instruction);
  const lower = name?.toLowerCase() ?? '';
  const faults: string[] = [];
  if (flagOf(instruction, 'platform') !== undefined) {
    faults.push('FROM --platform: the platform of all stages is spec.build.platform; remove it');
  }
  if (words.length > 1 && name === undefined) {
    faults.push(`FROM ${shown(words)}: write FROM IMAGE, or FROM IMAGE AS NAME`);
  } else if (name !== undefined && !/^[a-z][a-z0-9._-]*$/i.test(name)) {
    faults.push(
      `FROM … AS ${shownName(name)}: the name of a stage starts with a letter, and holds letters, digits, "-", "_" and "."`,
    );
  } else if (names.has(lower)) {
    faults.push(`FROM … AS ${shownName(lower)}: a stage before has this name, and builders differ in which they take`);
  } else if (reservedStages.has(lower)) {
    faults.push(`FROM … AS ${lower}: the name means something else to a builder; choose another`);
  }
  // Any line after it, such as the platform's ARG lines, would become a part of it.
  return instruction.joined.end === 'open'
    ? [...faults, 'FROM ends with a "\\", and nothing follows; remove it']
    : faults;
}

function readFrom(instruction: Instruction, known: Known): Named {
  const [word] = wordsOf(instruction);
  if (word === undefined) {
    return { is: 'fault', message: 'FROM names no image' };
  }
  const filled = expanded(word.text, known.values, longestReference);
  const written = shownName(word.text);
  switch (filled.is) {
    case 'unset':
      return {
        is: 'fault',
        message: `FROM ${written}: ${shownName(filled.name)} has no value, or none without quotes and backslashes in it; write ARG ${shownName(filled.name)}=… before the first FROM, or set it in spec.build.args`,
      };
    case 'tooLong':
      return {
        is: 'fault',
        message: `FROM: with its variables put in, the name has more than ${longestReference} characters, and no image has such a name; shorten it`,
      };
    case 'unreadable':
      return {
        is: 'fault',
        message: `FROM ${written}: write variables as \${NAME}, \${NAME:-word} or \${NAME:+word}`,
      };
    case 'text':
      return readBase(instruction, word, filled.text, known);
  }
}

function readBase(instruction: Instruction, word: Word, name: string, { bases, names }: Known): Named {
  const place = placeOf(instruction.joined, word.start, word.end);
  if (place === undefined) {
    return { is: 'fault', message: 'FROM: the name of the image is broken across lines; write it in one' };
  }
  const stage = names.get(name.toLowerCase());
  if (stage !== undefined || name === 'scratch') {
    const base = stage === undefined ? null : (bases[stage] ?? null);
    const isWritten = word.text === name;
    return isWritten
      ? { is: 'plain', base }
      : { is: 'use', use: { is: 'stage', name: name.toLowerCase(), place }, base };
  }
  const reference = parseReference(name);
  return reference.ok
    ? { is: 'use', use: { is: 'image', image: name, use: 'stage', place }, base: name }
    : { is: 'fault', message: `FROM ${shownName(word.text)}: ${reference.message}` };
}

/** The faults of the flag itself are the linter's. */
function readCopy(instruction: Instruction, { bases, names }: Known): Named {
  const flag = flagOf(instruction, 'from');
  const value = flag?.value ?? '';
  // Only a stage that is complete: the last one is the one that this line is in.
  const complete = bases.length - 1;
  const isStage =
    (names.get(value.toLowerCase()) ?? complete) < complete || (/^\d+$/.test(value) && Number(value) < complete);
  if (flag === undefined || value === '' || value.includes('$') || value.toLowerCase() === 'scratch' || isStage) {
    return { is: 'plain', base: null };
  }
  if (names.has(value.toLowerCase())) {
    return { is: 'fault', message: `COPY --from=${value}: this line is in that stage; name another` };
  }
  if (value.length > longestReference) {
    return {
      is: 'fault',
      message: `COPY --from=: the name has more than ${longestReference} characters, and no image has such a name; shorten it`,
    };
  }
  if (/^\d+$/.test(value)) {
    return { is: 'fault', message: `COPY --from=${value}: there is no stage ${value} before this line` };
  }
  const reference = parseReference(value);
  const place = placeOf(instruction.joined, flag.start, flag.end);
  if (!reference.ok) {
    return {
      is: 'fault',
      message: `COPY --from=${shownName(value)}: it is no stage before this line, and ${reference.message}`,
    };
  }
  return place === undefined
    ? { is: 'fault', message: 'COPY --from=: the name of the image is broken across lines; write it in one' }
    : { is: 'use', use: { is: 'image', image: value, use: 'files', place }, base: null };
}

const longestShown = 120;

function shownName(name: string): string {
  return name.length > longestShown ? `${name.slice(0, longestShown)}…` : name;
}

function shown(words: readonly Word[]): string {
  return shownName(words.map(({ text }) => text).join(' '));
}
