import { Copy, type Dockerfile, type Flag, type From } from 'dockerfile-ast';
import type { NameValue } from '../imagespec/effective.ts';
import { parseReference } from '../oci/reference.ts';
import type { DockerfileFinding } from './finding.ts';
import { expanded, globalArguments, longestArguments } from './variables.ts';

/** Where a Dockerfile names an image, with the text to replace when it is pinned. */
export interface ImageUse {
  /** The image with its variables filled in. */
  readonly image: string;
  /** FROM, or COPY --from. */
  readonly use: 'stage' | 'files';
  /** Positions in the text: line and column from 0, the end exclusive. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** The stages of a Dockerfile. */
export interface Stages {
  /** Every use of an external image, in the order of the lines. */
  readonly uses: readonly ImageUse[];
  /** External image under the last stage; null for `scratch`. */
  readonly finalImage: string | null;
  /** Last line of each FROM, from 0. */
  readonly fromEnds: readonly number[];
  readonly findings: readonly DockerfileFinding[];
}

/** The longest name of an image, in characters: the CRD's bound on `status.bases[].image`. */
export const longestReference = 512;

/**
 * Follows FROM and COPY --from through stage names, indexes and build arguments to the external images.
 * @param args `spec.build.args`, which win over the defaults of ARG lines
 */
export function readStages(dockerfile: Dockerfile, args: readonly NameValue[]): Stages {
  const { values, tooLongAt } = globalArguments(
    dockerfile.getInitialARGs().flatMap((arg) => {
      const property = arg.getProperty();
      const { line } = arg.getRange().start;
      return property === null ? [] : [{ name: property.getName(), value: property.getValue(), line }];
    }),
    args,
  );
  const findings: DockerfileFinding[] = [];
  const uses: ImageUse[] = [];
  const stageBases: (string | null)[] = [];
  const names = new Map<string, number>();
  const fault = (line: number, message: string) => findings.push({ line: line + 1, message });
  if (tooLongAt !== null) {
    const message = `ARG: the defaults up to here have more than ${longestArguments} characters once their variables are put in; make them shorter`;
    fault(tooLongAt, message);
    return {
      uses,
      finalImage: null,
      fromEnds: dockerfile.getFROMs().map((from) => from.getRange().end.line),
      findings,
    };
  }

  const readFrom = (from: From): string | null => {
    const range = from.getImageRange();
    const written = from.getImage();
    const { line } = from.getRange().start;
    if (from.getPlatformFlag() !== null) {
      fault(line, 'FROM --platform: the platform of all stages is spec.build.platform; remove it');
    }
    if (range === null || written === null) {
      fault(line, 'FROM names no image');
      return null;
    }
    const words = from.getArguments().map((argument) => argument.getValue());
    const stageName = from.getBuildStage();
    if (!(words.length === 1 || (words.length === 3 && words[1]?.toUpperCase() === 'AS'))) {
      fault(line, `FROM ${words.join(' ')}: write FROM IMAGE, or FROM IMAGE AS NAME`);
    } else if (stageName !== null && !/^[a-z][a-z0-9._-]*$/i.test(stageName)) {
      fault(
        line,
        `FROM … AS ${stageName}: the name of a stage starts with a letter, and holds letters, digits, "-", "_" and "."`,
      );
    }
    const filled = expanded(written, values, longestReference);
    switch (filled.is) {
      case 'unset':
        fault(
          line,
          `FROM ${written}: ${filled.name} has no value; write ARG ${filled.name}=… before the first FROM, or set it in spec.build.args`,
        );
        return null;
      case 'tooLong':
        fault(
          line,
          `FROM: with its variables put in, the name has more than ${longestReference} characters, and no image has such a name; shorten it`,
        );
        return null;
      case 'unreadable':
        fault(line, `FROM ${written}: write variables as \${NAME}, \${NAME:-word} or \${NAME:+word}`);
        return null;
      case 'text':
        break;
    }
    const stage = names.get(filled.text.toLowerCase());
    if (stage !== undefined) {
      return stageBases[stage] ?? null;
    }
    if (filled.text === 'scratch') {
      return null;
    }
    const reference = parseReference(filled.text);
    if (!reference.ok) {
      fault(line, `FROM ${written}: ${reference.message}`);
      return null;
    }
    uses.push({
      image: filled.text,
      use: 'stage',
      line: range.start.line,
      start: range.start.character,
      end: range.end.character,
    });
    return filled.text;
  };

  const readCopy = (copy: Copy): void => {
    const flag = fromFlag(copy);
    const value = flag?.getValue() ?? '';
    const range = flag?.getValueRange() ?? null;
    if (value === '' || range === null || value.includes('$') || value.toLowerCase() === 'scratch') {
      return;
    }
    const isStage = names.has(value.toLowerCase()) || (/^\d+$/.test(value) && Number(value) < stageBases.length);
    if (isStage) {
      return;
    }
    const reference = parseReference(value);
    if (value.length > longestReference) {
      fault(
        range.start.line,
        `COPY --from=: the name has more than ${longestReference} characters, and no image has such a name; shorten it`,
      );
    } else if (/^\d+$/.test(value)) {
      fault(range.start.line, `COPY --from=${value}: there is no stage ${value} before this line`);
    } else if (reference.ok) {
      uses.push({
        image: value,
        use: 'files',
        line: range.start.line,
        start: range.start.character,
        end: range.end.character,
      });
    } else {
      fault(range.start.line, `COPY --from=${value}: it is no stage before this line, and ${reference.message}`);
    }
  };

  const fromEnds: number[] = [];
  for (const instruction of dockerfile.getInstructions()) {
    if (isFrom(instruction)) {
      const base = readFrom(instruction);
      stageBases.push(base);
      fromEnds.push(instruction.getRange().end.line);
      const name = instruction.getBuildStage();
      if (name !== null) {
        names.set(name.toLowerCase(), stageBases.length - 1);
      }
    } else if (instruction instanceof Copy) {
      readCopy(instruction);
    }
  }
  return { uses, finalImage: stageBases.at(-1) ?? null, fromEnds, findings };
}

/** The flag --from of COPY, also beside other flags. */
export function fromFlag(copy: Copy): Flag | null {
  return copy.getFlags().find((flag) => flag.getName() === 'from') ?? null;
}

function isFrom(instruction: object): instruction is From {
  return 'getBuildStage' in instruction;
}
