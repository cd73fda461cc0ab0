import { type Failure, failureOf } from '../../api/failure.ts';
import { failed, ok, type Result } from '../../api/result.ts';
import type { Base, NameValue, Source } from '../../imagespec/effective.ts';
import type { DockerfileFinding } from '../reading/finding.ts';
import { type Instruction, instructionOf } from '../reading/instruction.ts';
import { placeOf, readLines } from '../reading/lines.ts';
import { flagOf } from './flags.ts';
import { lint } from './lint.ts';
import { shadowedArguments } from './stageArguments.ts';
import { type NameUse, type Place, readStages } from './stages.ts';

/** The images that a source starts from, with build arguments filled in, each once. */
export interface BaseImages {
  readonly images: readonly string[];
  /** Images that no stage starts from: only COPY --from takes files from them. */
  readonly filesOnly: readonly string[];
  /** The one under the last stage; null for `scratch`, and where `upstream` is it. */
  readonly finalImage: string | null;
  /** The ImageSpec whose image is the base; null when the base is named otherwise. */
  readonly upstream: string | null;
}

/**
 * The images that a source starts from; the one under the last stage comes last. Fails with `DockerfileInvalid`, one line for each finding, for a Dockerfile that would not be built as it reads.
 */
export function baseImages(source: Source, args: readonly NameValue[]): Result<BaseImages, Failure> {
  switch (source.is) {
    case 'packages':
      return source.base.is === 'imageSpec'
        ? ok({ images: [], filesOnly: [], finalImage: null, upstream: source.base.name })
        : ok({ images: [source.base.reference], filesOnly: [], finalImage: source.base.reference, upstream: null });
    case 'dockerfile':
      return externalImages(source.text, args);
  }
}

/** The user's Dockerfile with every external image by digest, and with names where variables named stages. Nothing else changes. */
export function pinDockerfile(text: string, args: readonly NameValue[], bases: readonly Base[]): string {
  const { uses } = readStages(readLines(text).lines.map(instructionOf), args);
  return withReplaced(text.split('\n'), pins(uses, bases)).join('\n');
}

/**
 * The user's Dockerfile as it is built: pinned, each stage starts with `declared` (ARG lines), and COPY has its default owner.
 * Nothing else of it changes.
 */
export function buildableDockerfile(
  text: string,
  args: readonly NameValue[],
  bases: readonly Base[],
  declared: readonly string[],
): string {
  const instructions = readLines(text).lines.map(instructionOf);
  const { uses, fromEnds } = readStages(instructions, args);
  const lines = withReplaced(text.split('\n'), [...pins(uses, bases), ...instructions.flatMap(ownedByRoot)]);
  const ends = new Set(fromEnds);
  const built = lines.flatMap((line, index) => (ends.has(index) ? [line].concat(declared) : line)).join('\n');
  return built.endsWith('\n') ? built : `${built}\n`;
}

interface Replacement {
  readonly place: Place;
  readonly by: string;
}

function withReplaced(lines: readonly string[], replacements: readonly Replacement[]): readonly string[] {
  const result = [...lines];
  // From the end to the start, so that no replacement moves what is still to be replaced.
  const ordered = replacements.toSorted((a, b) => b.place.line - a.place.line || b.place.start - a.place.start);
  for (const { place, by } of ordered) {
    const written = result[place.line] ?? '';
    result[place.line] = `${written.slice(0, place.start)}${by}${written.slice(place.end)}`;
  }
  return result;
}

function pins(uses: readonly NameUse[], bases: readonly Base[]): readonly Replacement[] {
  const digests = new Map(bases.map((base) => [base.image, base.digest]));
  return uses.map((use) => ({ place: use.place, by: pinnedName(use, digests) }));
}

/**
 * What COPY takes belongs to root, says the Dockerfile reference; Kaniko keeps the owner, or takes that of USER. So the default
 * is written out.
 */
function ownedByRoot(instruction: Instruction): readonly Replacement[] {
  const { keyword, written, joined } = instruction;
  const place =
    keyword === 'COPY' && flagOf(instruction, 'chown') === undefined ? placeOf(joined, 0, written.length) : undefined;
  return place === undefined ? [] : [{ place, by: `${written} --chown=0:0` }];
}

function pinnedName(use: NameUse, digests: ReadonlyMap<string, string>): string {
  if (use.is === 'stage') {
    return use.name;
  }
  const digest = digests.get(use.image);
  const name = digest === undefined || use.image.includes('@') ? use.image : `${use.image}@${digest}`;
  return use.use === 'stage' ? name : `--from=${name}`;
}

const shownFindings = 20;

function externalImages(text: string, args: readonly NameValue[]): Result<BaseImages, Failure> {
  const read = readLines(text);
  if (read.findings.length > 0) {
    return failed(failureOf('DockerfileInvalid', messageOf(read.findings)));
  }
  const instructions = read.lines.map(instructionOf);
  const stages = readStages(instructions, args);
  const findings = [
    ...(stages.fromEnds.length === 0
      ? [
          {
            line: 1,
            message: 'there is no FROM instruction; start with one, such as FROM quay.io/jupyter/minimal-notebook',
          },
        ]
      : []),
    ...lint(read.directives, instructions),
    ...shadowedArguments(instructions),
    ...stages.findings,
  ].toSorted((a, b) => a.line - b.line);
  if (findings.length > 0) {
    return failed(failureOf('DockerfileInvalid', messageOf(findings)));
  }
  const { finalImage } = stages;
  const named = stages.uses.flatMap((use) => (use.is === 'image' ? [use] : []));
  const others = named.map(({ image }) => image).filter((image) => image !== finalImage);
  const images = [...new Set(others), ...(finalImage === null ? [] : [finalImage])];
  const started = new Set(named.flatMap(({ image, use }) => (use === 'stage' ? [image] : [])));
  return ok({ images, filesOnly: images.filter((image) => !started.has(image)), finalImage, upstream: null });
}

function messageOf(findings: readonly DockerfileFinding[]): string {
  const shown = findings.slice(0, shownFindings).map(({ line, message }) => `spec.dockerfile line ${line}: ${message}`);
  return [...shown, ...(findings.length > shownFindings ? [`and ${findings.length - shownFindings} more`] : [])].join(
    '\n',
  );
}
