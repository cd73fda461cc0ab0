import { DockerfileParser, type From } from 'dockerfile-ast';
import { type Failure, failureOf } from '../api/failure.ts';
import { failed, ok, type Result } from '../api/result.ts';
import { parseReference } from '../oci/reference.ts';
import type { Base, Source } from '../spec/effective.ts';

/**
 * The images that a source starts from, as written, each once, in the order of the FROM instructions.
 * Fails with `DockerfileInvalid` and the line for a Dockerfile that cannot be built here.
 */
export function baseImages(source: Source): Result<readonly string[], Failure> {
  switch (source.is) {
    case 'packages':
      return ok([source.baseImage]);
    case 'dockerfile':
      return externalImages(source.text);
  }
}

/** The user's Dockerfile with every external FROM by digest, and `declared` (ARG lines) at the start of each stage. */
export function pinDockerfile(text: string, bases: readonly Base[], declared: readonly string[]): string {
  const lines = text.split('\n');
  const digests = new Map(bases.map((base) => [base.image, base.digest]));
  for (const from of DockerfileParser.parse(text).getFROMs().toReversed()) {
    const range = from.getImageRange();
    const image = from.getImage();
    if (range === null || image === null) {
      continue;
    }
    const digest = digests.get(image);
    const last = from.getRange().end.line;
    lines.splice(last + 1, 0, ...declared);
    if (digest !== undefined && !image.includes('@')) {
      const line = lines[range.start.line] ?? '';
      lines[range.start.line] = `${line.slice(0, range.end.character)}@${digest}${line.slice(range.end.character)}`;
    }
  }
  const pinnedText = lines.join('\n');
  return pinnedText.endsWith('\n') ? pinnedText : `${pinnedText}\n`;
}

function externalImages(text: string): Result<readonly string[], Failure> {
  const dockerfile = DockerfileParser.parse(text);
  const froms = dockerfile.getFROMs();
  if (froms.length === 0) {
    return invalid(1, 'there is no FROM instruction; start with one, such as FROM quay.io/jupyter/minimal-notebook');
  }
  const lines = text.split('\n');
  const context = dockerfile.getInstructions().find((instruction) => {
    const { start, end } = instruction.getRange();
    return (
      ['COPY', 'ADD'].includes(instruction.getKeyword()) &&
      readsContext(lines.slice(start.line, end.line + 1).join(' '))
    );
  });
  if (context !== undefined) {
    return invalid(
      context.getRange().start.line + 1,
      `${context.getKeyword()} needs a build context, and an ImageSpec has none; fetch the file in a RUN step, or COPY --from another image`,
    );
  }
  const stages = new Set<string>();
  const images = new Set<string>();
  for (const from of froms) {
    const image = from.getImage();
    const line = from.getRange().start.line + 1;
    if (image === null) {
      return invalid(line, 'FROM names no image');
    }
    if (!stages.has(image.toLowerCase()) && image !== 'scratch') {
      const fault = imageFault(image);
      if (fault !== undefined) {
        return invalid(line, fault);
      }
      images.add(image);
    }
    rememberStage(from, stages);
  }
  return ok([...images]);
}

function imageFault(image: string): string | undefined {
  if (image.includes('$')) {
    return `FROM ${image}: a build argument in FROM is not supported; write the image itself`;
  }
  const reference = parseReference(image);
  return reference.ok ? undefined : `FROM ${image}: ${reference.message}`;
}

function rememberStage(from: From, stages: Set<string>): void {
  const stage = from.getBuildStage();
  if (stage !== null) {
    stages.add(stage.toLowerCase());
  }
}

/** Whether COPY or ADD reads a build context: neither from a stage or image, nor an URL. */
function readsContext(content: string): boolean {
  return !/(^|\s)--from=/.test(content) && !/(^|[\s["])https?:\/\//.test(content);
}

function invalid(line: number, message: string): { readonly ok: false; readonly failure: Failure } {
  return failed(failureOf('DockerfileInvalid', `spec.dockerfile line ${line}: ${message}`));
}
