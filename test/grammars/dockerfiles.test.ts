import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { baseFault } from '../../src/dockerfile/baseSupport.ts';
import { dockerfileBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { leaveFigures } from '../../tools/suites/figures.ts';
import { seedVariable } from '../../tools/suites/variables.ts';
import {
  type BuildersReading,
  buildersReadings,
  declaredArgument,
  difference,
  type OurReading,
  ourReading,
  triggerFault,
  unpinned,
} from '../support/grammars/dockerfileReading.ts';
import { dockerfileText } from '../support/grammars/dockerfiles.ts';
import { seeded } from '../support/grammars/generate.ts';
import { acceptedDockerfiles, refusedDockerfiles } from '../support/inputs/dockerfiles.ts';

const batches = 25;
const perBatch = 20_000;
const triggerLists = 20_000;
/** The same in every run, so that a green suite stays green; it has found a fault once. */
const seed = Number(process.env[seedVariable] ?? 1_178_676_155);

let program: string;

beforeAll(async () => {
  program = await dockerfileBinary();
}, 600_000);

/** What is wrong with our reading of texts; [] when all are read as the builder does, or refused. */
async function wrongReadings(texts: readonly string[], ours: readonly OurReading[]): Promise<readonly string[]> {
  const builder = await buildersReadings(program, texts);
  const taken = ours.flatMap((one, index) => (one.is === 'taken' ? [{ one, index }] : []));
  const again = await buildersReadings(
    program,
    taken.map(({ one }) => one.pinned),
  );
  return [
    ...texts.flatMap((text, index) => {
      const reading = builder[index];
      const found = reading === undefined ? 'no answer' : difference(text, reading);
      return found === undefined ? [] : [`${JSON.stringify(text)} is read differently\n${found}`];
    }),
    ...taken.flatMap(({ one, index }, place) => {
      const error = builder[index]?.error ?? 'no answer';
      const fault = error === '' ? pinFault(one.images, again[place]) : `the builder says: ${error}`;
      return fault === undefined ? [] : [`${JSON.stringify(texts[index])} is taken, but ${fault}`];
    }),
  ];
}

function pinFault(images: readonly string[], pinned: BuildersReading | undefined): string | undefined {
  if (pinned === undefined || pinned.error !== '') {
    return `the builder says of what is pinned: ${pinned?.error ?? 'nothing'}`;
  }
  const loose = unpinned(images, pinned);
  if (loose.length > 0) {
    return `${loose.join(', ')} is left to the builder`;
  }
  const { instructions } = pinned;
  const stages = instructions.filter(({ keyword }) => keyword.toUpperCase() === 'FROM');
  const declared = instructions.filter(({ keyword, words }) => `${keyword} ${words.join(' ')}` === declaredArgument);
  return declared.length === stages.length ? undefined : "not every stage declares the platform's arguments";
}

describe("a user's Dockerfile, beside the builder's parser", () => {
  it("is tried with the parser's version that the builder has", async () => {
    const version = async (module: string) =>
      /github\.com\/moby\/buildkit (v\S+)/.exec(
        await readFile(join(import.meta.dirname, `../../tools/cluster/go/${module}/go.mod`), 'utf8'),
      )?.[1];
    expect(await version('dockerfile')).toBe(await version('kaniko'));
  });

  it('is read the same in every example', async () => {
    const letters = (count: number) => `FROM aa\nRUN ${'é'.repeat(count)}x`;
    const texts = [
      ...acceptedDockerfiles.map(([text]) => text),
      ...refusedDockerfiles.map(([text]) => text),
      // The longest line, and one that is longer, with a line feed and without.
      ...[32_765, 32_766].flatMap((count) => [letters(count), `${letters(count)}\n`]),
    ];
    expect(await wrongReadings(texts, texts.map(ourReading))).toEqual([]);
  });

  it(`keeps its meaning under ONBUILD instructions of a base, in ${triggerLists} lists of them (seed ${seed})`, async () => {
    const random = seeded(seed);
    const taken: (readonly string[])[] = [];
    while (taken.length < triggerLists) {
      const lines = dockerfileText(random).split(/(?<!\\)\n/);
      const triggers = lines.filter((line) => baseFault('r.example/base', { user: '', onBuild: [line] }) === undefined);
      if (triggers.length > 0) {
        taken.push(triggers);
      }
    }
    // Kaniko reads all of an image as one text (pkg/dockerfile, ParseCommands).
    const builder = await buildersReadings(
      program,
      taken.map((triggers) => triggers.join('\n')),
    );
    const faults = taken.flatMap((triggers, index) => {
      const reading = builder[index];
      const fault = reading === undefined ? 'no answer' : triggerFault(triggers, reading);
      return fault === undefined ? [] : [`${JSON.stringify(triggers)}: ${fault}`];
    });
    expect(faults.slice(0, 5), `seed ${seed}`).toEqual([]);
    expect(taken.filter(({ length }) => length > 1).length).toBeGreaterThan(triggerLists / 20);
  }, 300_000);

  it(`is read the same, or refused, in ${batches * perBatch} generated texts (seed ${seed})`, async () => {
    const random = seeded(seed);
    let taken = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      const texts = Array.from({ length: perBatch }, () => dockerfileText(random));
      const ours = texts.map(ourReading);
      taken += ours.filter((one) => one.is === 'taken').length;
      expect((await wrongReadings(texts, ours)).slice(0, 5), `seed ${seed}`).toEqual([]);
    }
    // Many are taken, and many refused, so that agreement says something.
    expect(taken).toBeGreaterThan((batches * perBatch) / 10);
    expect(taken).toBeLessThan((batches * perBatch) / 2);
    await leaveFigures('grammars', 'dockerfiles', { texts: batches * perBatch, taken, seed });
  }, 900_000);
});
