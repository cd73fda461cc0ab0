import { DockerfileParser } from 'dockerfile-ast';
import { type Failure, failureOf } from '../api/failure.ts';
import { failed, ok, type Result } from '../api/result.ts';
import type { Base, NameValue, Source } from '../imagespec/effective.ts';
import type { DockerfileFinding } from './finding.ts';
import { lint } from './lint.ts';
import { type ImageUse, readStages } from './stages.ts';

/** The images that a source starts from, with build arguments filled in, each once. */
export interface BaseImages {
  readonly images: readonly string[];
  /** Those of them that no stage starts from: COPY --from takes files from them only. */
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

/**
 * The user's Dockerfile with every external image by digest, and `declared` (ARG lines) at the start of each stage. Nothing
 * else of it changes.
 */
export function pinDockerfile(
  text: string,
  args: readonly NameValue[],
  bases: readonly Base[],
  declared: readonly string[],
): string {
  const { uses, fromEnds } = readStages(DockerfileParser.parse(text), args);
  const digests = new Map(bases.map((base) => [base.image, base.digest]));
  const lines = text.split('\n');
  // From the end to the start, so that no replacement moves what is still to be replaced.
  for (const use of uses.toReversed()) {
    lines[use.line] = pinnedLine(lines[use.line] ?? '', use, digests.get(use.image));
  }
  const ends = new Set(fromEnds);
  const pinned = lines.flatMap((line, index) => (ends.has(index) ? [line].concat(declared) : line)).join('\n');
  return pinned.endsWith('\n') ? pinned : `${pinned}\n`;
}

function pinnedLine(line: string, { image, start, end }: ImageUse, digest: string | undefined): string {
  const name = digest === undefined || image.includes('@') ? image : `${image}@${digest}`;
  return `${line.slice(0, start)}${name}${line.slice(end)}`;
}

const shownFindings = 20;

function externalImages(text: string, args: readonly NameValue[]): Result<BaseImages, Failure> {
  const dockerfile = DockerfileParser.parse(text);
  const stages = readStages(dockerfile, args);
  const findings = [
    ...(stages.fromEnds.length === 0
      ? [
          {
            line: 1,
            message: 'there is no FROM instruction; start with one, such as FROM quay.io/jupyter/minimal-notebook',
          },
        ]
      : []),
    ...lineFindings(text),
    ...lint(dockerfile),
    ...stages.findings,
  ].toSorted((a, b) => a.line - b.line);
  if (findings.length > 0) {
    return failed(failureOf('DockerfileInvalid', messageOf(findings)));
  }
  const { finalImage } = stages;
  const others = stages.uses.map(({ image }) => image).filter((image) => image !== finalImage);
  const images = [...new Set(others), ...(finalImage === null ? [] : [finalImage])];
  const started = new Set(stages.uses.flatMap(({ image, use }) => (use === 'stage' ? [image] : [])));
  return ok({ images, filesOnly: images.filter((image) => !started.has(image)), finalImage, upstream: null });
}

/** The builder's longest line, in bytes (BuildKit's parser, bufio.MaxScanTokenSize). */
export const longestLine = 65_535;

/** Lines that the builder reads otherwise than the parser here: what is checked must be what is built. */
function lineFindings(text: string): readonly DockerfileFinding[] {
  const findings: DockerfileFinding[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (/(\\\\|``)\s*$/.test(line)) {
      const message = 'ends with a doubled escape, which parsers read differently; end the line otherwise';
      findings.push({ line: index + 1, message });
    }
    if (Buffer.byteLength(line, 'utf8') > longestLine) {
      const message = `has more than ${longestLine} bytes, which the builder does not read; break it by "\\"`;
      findings.push({ line: index + 1, message });
    }
  }
  return findings;
}

function messageOf(findings: readonly DockerfileFinding[]): string {
  const shown = findings.slice(0, shownFindings).map(({ line, message }) => `spec.dockerfile line ${line}: ${message}`);
  return [...shown, ...(findings.length > shownFindings ? [`and ${findings.length - shownFindings} more`] : [])].join(
    '\n',
  );
}
