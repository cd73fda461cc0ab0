import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readDocuments } from '../../src/cli/manifests/documents.ts';
import { manifestText } from '../../src/cli/manifests/yaml.ts';
import { yamlBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { seeded } from '../support/grammars/generate.ts';

/** Scalars of YAML: ours beside the reader of the API server and kubectl (sigs.k8s.io/yaml). */
const count = 5000;

const document = z.object({ a: z.unknown() });

let program: string;

beforeAll(async () => {
  program = await yamlBinary();
}, 600_000);

/** Their reading of each text; undefined where they refuse it. */
async function theirs(texts: readonly string[]): Promise<readonly unknown[]> {
  const printed = await run(program, [], { input: texts.map((text) => `${JSON.stringify(text)}\n`).join('') });
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { json }: { json?: unknown } = JSON.parse(line);
      return json;
    });
}

function ours(text: string): unknown {
  const { documents, findings } = readDocuments({ name: '-', text });
  return findings.length > 0 ? undefined : documents[0]?.value;
}

const parts =
  '0 1 2 7 8 9 00 12 _ - + . : e E 0x 0o 0b a f y n yes No on OFF null ~ true .inf .nan 2026 -11 -28 T Z'.split(' ');

/** Almost a number, a date, a boolean or null: parts of them, joined at random. */
function scalar(random: () => number): string {
  const length = 1 + Math.floor(random() * 4);
  return Array.from({ length }, () => parts[Math.floor(random() * parts.length)] ?? '').join('');
}

function generated(seed: number): readonly string[] {
  const random = seeded(seed);
  return [...new Set(Array.from({ length: count }, () => scalar(random)))];
}

describe('beside the reader of the API server', () => {
  it(`reads ${count} generated scalars as the same values`, async () => {
    const texts = generated(23);
    const documents = texts.map((text) => `a: ${text}\n`);
    const expected = await theirs(documents);
    const different = texts.flatMap((text, index) => {
      const read = ours(documents[index] ?? '');
      return JSON.stringify(read) === JSON.stringify(expected[index])
        ? []
        : [{ text, read, expected: expected[index] }];
    });
    expect(different).toEqual([]);
    // Several kinds of values are common, so that agreement says something.
    const kinds = Map.groupBy(expected, (value) => typeof document.safeParse(value).data?.a);
    expect(kinds.get('number')?.length).toBeGreaterThan(100);
    expect(kinds.get('string')?.length).toBeGreaterThan(200);
  });

  it('writes the same scalars as strings that are read as themselves', async () => {
    const texts = generated(29);
    expect(await theirs(texts.map((text) => JSON.stringify({ a: text })))).toEqual(texts.map((a) => ({ a })));
    expect(await theirs(texts.map((a) => manifestText({ a }, null)))).toEqual(texts.map((a) => ({ a })));
  });
});
