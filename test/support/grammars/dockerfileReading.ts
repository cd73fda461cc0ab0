import { z } from 'zod';
import { baseImages, buildableDockerfile } from '../../../src/dockerfile/own/images.ts';
import { mayTakeHeredoc } from '../../../src/dockerfile/reading/heredoc.ts';
import {
  type Instruction,
  instructionOf,
  itemsOf,
  pairWordsOf,
  triggerOf,
  wordsOf,
} from '../../../src/dockerfile/reading/instruction.ts';
import { readLines } from '../../../src/dockerfile/reading/lines.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';

/** The output of tools/cluster/go/dockerfile for a text. */
const answer = z.object({
  error: z.string(),
  instructions: z.array(
    z.object({
      keyword: z.string(),
      first: z.number(),
      last: z.number(),
      flags: z.array(z.string()),
      words: z.array(z.string()),
    }),
  ),
});

/** How the builder reads a text. */
export type BuildersReading = z.output<typeof answer>;

/** Parses each text with BuildKit's parser. */
export async function buildersReadings(program: string, texts: readonly string[]): Promise<readonly BuildersReading[]> {
  const printed = await run(program, [], { input: texts.map((text) => `${JSON.stringify(text)}\n`).join('') });
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => answer.parse(JSON.parse(line)));
}

/** Whether the operator takes a Dockerfile, and as what. */
export type OurReading =
  | { readonly is: 'taken'; readonly images: readonly string[]; readonly pinned: string }
  | { readonly is: 'refused'; readonly message: string };

/** ARG that stands behind each FROM of a pinned text. */
export const declaredArgument = 'ARG IMAGESPEC_TEST';
const digest = `sha256:${'0'.repeat(64)}`;

export function ourReading(text: string): OurReading {
  const found = baseImages({ is: 'dockerfile', text }, []);
  if (!found.ok) {
    return { is: 'refused', message: found.failure.message };
  }
  const bases = found.value.images.map((image) => ({ image, digest, user: '' }));
  return { is: 'taken', images: found.value.images, pinned: buildableDockerfile(text, [], bases, [declaredArgument]) };
}

/** How our reading of the lines differs from the builder's; undefined when they agree, or when ours refuses as unsure. */
export function difference(text: string, builder: BuildersReading): string | undefined {
  const read = readLines(text);
  const ours = read.lines.map(instructionOf);
  const isUnsure =
    read.findings.length > 0 ||
    read.directives.some(({ name, value }) => name === 'escape' && value !== '\\') ||
    ours.some((one) => isUncertain(one) || isUncertain(triggerOf(one)));
  // Some errors come before there are instructions.
  if (isUnsure || (builder.error !== '' && builder.instructions.length === 0)) {
    return undefined;
  }
  const [one, other] = [ours.map(comparable), builder.instructions.map(theirs)].map((list) => JSON.stringify(list));
  return one === other ? undefined : `ours:   ${one}\ntheirs: ${other}`;
}

function isUncertain(instruction: Instruction | null): boolean {
  return instruction !== null && (!instruction.isPlain || mayTakeHeredoc(instruction));
}

function comparable(instruction: Instruction): object {
  const { joined, written, flags } = instruction;
  return {
    keyword: written,
    first: joined.first,
    last: joined.last,
    flags: flags.map(flagText),
    words: compared.has(keywordWithin(instruction)) ? wordsFor(instruction) : null,
  };
}

function keywordWithin(instruction: Instruction): string {
  return triggerOf(instruction)?.keyword ?? instruction.keyword;
}

function theirs({ keyword, first, last, flags, words }: BuildersReading['instructions'][number]): object {
  const isOnbuild = keyword.toUpperCase() === 'ONBUILD';
  // Of what ONBUILD holds, the keyword and the flags follow first.
  const isCompared =
    /^[A-Za-z]+$/.test(keyword) && compared.has((isOnbuild ? (words[0] ?? '') : keyword).toUpperCase());
  return { keyword, first, last, flags, words: isCompared ? words.map((word) => word.toWellFormed()) : null };
}

function flagText({ name, value }: { readonly name: string; readonly value: string | null }): string {
  return value === null ? `--${name}` : `--${name}=${value}`;
}

/** The instructions of which the words are read, not only the lines. */
const compared: ReadonlySet<string> = new Set(['ADD', 'ARG', 'COPY', 'FROM', 'VOLUME']);

function wordsFor(instruction: Instruction): readonly string[] {
  switch (instruction.keyword) {
    case 'ARG':
      return pairWordsOf(instruction);
    case 'FROM':
      return wordsOf(instruction).map(({ text }) => text);
    case 'ONBUILD': {
      const trigger = triggerOf(instruction);
      return trigger === null ? [] : [trigger.written, ...trigger.flags.map(flagText), ...wordsFor(trigger)];
    }
    default:
      return itemsOf(instruction).map((item) => item.toWellFormed());
  }
}

/** Why ONBUILD instructions of a base that we take would do something else in the build on it; undefined when they do not. */
export function triggerFault(triggers: readonly string[], { instructions }: BuildersReading): string | undefined {
  if (instructions.length !== triggers.length) {
    return `${triggers.length} triggers are read as ${instructions.length} instructions`;
  }
  const odd = instructions.find(
    ({ keyword, flags }) =>
      ['FROM', 'ONBUILD', 'MAINTAINER'].includes(keyword.toUpperCase()) ||
      flags.some((flag) => /^--(from|mount)/.test(flag)),
  );
  return odd === undefined ? undefined : `${odd.keyword} ${odd.flags.join(' ')} is taken`;
}

/** References of a pinned text that the builder would take without a digest; [] when all have one. */
export function unpinned(images: readonly string[], { instructions }: BuildersReading): readonly string[] {
  const stages: string[] = [];
  return instructions.flatMap(({ keyword, flags, words }) => {
    const isKnown = (name: string): boolean =>
      images.some((image) => name === (image.includes('@') ? image : `${image}@${digest}`));
    if (keyword.toUpperCase() === 'FROM') {
      const [name = '', , stage] = words;
      const isFine = name === 'scratch' || stages.includes(name.toLowerCase()) || isKnown(name);
      stages.push(stage?.toLowerCase() ?? '');
      return isFine ? [] : [name];
    }
    const from = keyword.toUpperCase() === 'COPY' ? flags.find((flag) => flag.startsWith('--from=')) : undefined;
    const name = from?.slice('--from='.length) ?? '';
    const isFine =
      from === undefined || isKnown(name) || stages.includes(name.toLowerCase()) || Number(name) < stages.length;
    return isFine ? [] : [name];
  });
}
