import { argumentsOf, type Instruction, instructionOf, wordsOf } from '../../../src/dockerfile/reading/instruction.ts';
import { readLines } from '../../../src/dockerfile/reading/lines.ts';

/** A COPY of the operator's Dockerfile. */
export interface Copy {
  /** The instruction as it is written. */
  readonly written: string;
  /** Image that it copies from, without a digest; undefined: from the repository. */
  readonly image: string | undefined;
  readonly source: string;
  readonly target: string;
}

/** What the operator's Dockerfile says; it runs nothing, so its image needs no container engine. */
export interface Recipe {
  /** Base without a digest: the release resolves it. */
  readonly base: string;
  readonly copies: readonly Copy[];
  readonly user: string;
  readonly entrypoint: readonly string[];
}

/**
 * Reads the operator's Dockerfile, so that it and the release make one image.
 *
 * @throws Error with the line of an instruction that needs a container engine or that a release does not know.
 */
export function recipeOf(dockerfile: string): Recipe {
  const { lines, findings } = readLines(dockerfile);
  const [finding] = findings;
  if (finding !== undefined) {
    throw new Error(`Dockerfile:${finding.line}: ${finding.message}`);
  }
  const bases: string[] = [];
  const copies: Copy[] = [];
  let user: string | undefined;
  let entrypoint: readonly string[] | undefined;
  for (const line of lines) {
    const instruction = instructionOf(line);
    switch (instruction.keyword) {
      case 'FROM':
        bases.push(unpinned(single(instruction)));
        break;
      case 'COPY':
        copies.push(copyOf(instruction));
        break;
      case 'USER':
        user = single(instruction);
        break;
      case 'ENTRYPOINT':
        entrypoint = listOf(instruction);
        break;
      default:
        throw faulty(instruction, 'a release knows FROM, COPY, USER and ENTRYPOINT only');
    }
  }
  const [base] = bases;
  if (base === undefined || bases.length > 1 || user === undefined || entrypoint === undefined) {
    throw new Error('Dockerfile: a release needs one FROM, a USER and an ENTRYPOINT');
  }
  return { base, copies, user, entrypoint };
}

/** The images that a recipe takes from registries: its base first. */
export function imagesOf({ base, copies }: Recipe): readonly string[] {
  return [...new Set([base, ...copies.flatMap(({ image }) => image ?? [])])];
}

function copyOf(instruction: Instruction): Copy {
  const [source, target, ...more] = wordsOf(instruction).map(({ text }) => text);
  const [flag, ...others] = instruction.flags;
  if (source === undefined || target === undefined || more.length + others.length > 0) {
    throw faulty(instruction, 'write COPY [--from=IMAGE] SOURCE TARGET');
  }
  if (flag !== undefined && (flag.name !== 'from' || flag.value === null)) {
    throw faulty(instruction, `a release does not know --${flag.name}`);
  }
  return {
    written: instruction.joined.text.trim(),
    image: flag === undefined ? undefined : unpinned(flag.value ?? ''),
    source,
    target,
  };
}

function single(instruction: Instruction): string {
  const [word, ...more] = wordsOf(instruction);
  if (word === undefined || more.length + instruction.flags.length > 0) {
    throw faulty(instruction, `write ${instruction.keyword} with one word`);
  }
  return word.text;
}

function listOf(instruction: Instruction): readonly string[] {
  const given = argumentsOf(instruction);
  if (given.is !== 'list') {
    throw faulty(instruction, 'write a list in JSON');
  }
  return given.items;
}

function unpinned(image: string): string {
  return image.replace(/@sha256:[0-9a-f]{64}$/, '');
}

function faulty({ joined, keyword }: Instruction, advice: string): Error {
  return new Error(`Dockerfile:${joined.first}: ${keyword}: ${advice}`);
}
