import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { crdTool } from '../../tools/cluster/artifacts/binaries.ts';
import { readCrd, specAndStatus } from '../../tools/crd/crd.ts';
import { acceptedSpecs } from '../integration/crd/accepted.ts';
import { manifestOf, refusedSpecs } from '../integration/crd/cases.ts';

/** What kubectl-validate prints for each file: a list of Status objects. */
const reportShape = z.record(
  z.string(),
  z.array(
    z.object({
      status: z.string(),
      details: z.object({ causes: z.array(z.object({ field: z.string(), message: z.string() })) }).optional(),
    }),
  ),
);
type Report = z.infer<typeof reportShape>;

const root = join(import.meta.dirname, '..', '..');
const samples = join(root, 'deploy', 'samples');

/** Every place of the schema that has a rule, with words that only its message has. */
const rules = specAndStatus(
  readCrd(await readFile(join(root, 'crds', 'imagespec.dev_imagespecs.yaml'), 'utf8')),
).flatMap(({ path, schema }) =>
  schema['x-kubernetes-validations'].map(({ id, fieldPath = '', message, messageExpression = '' }) => ({
    id,
    place: `${path}${fieldPath}`,
    words: message ?? longestText(messageExpression),
  })),
);

function longestText(expression: string): string {
  const texts = [...expression.matchAll(/'([^']*)'/g)].map(([, text = '']) => text);
  return texts.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

let folder: string;
let program: string;
let report: Report;

function validate(path: string): Report {
  const { stdout } = spawnSync(program, [path, '--local-crds', join(root, 'crds'), '--output', 'json'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return reportShape.parse(JSON.parse(stdout));
}

function fileOf(what: string): string {
  return join(folder, `${what}.json`);
}

beforeAll(async () => {
  program = await crdTool('kubectl-validate');
  folder = await mkdtemp(join(tmpdir(), 'imagespec-offline-'));
  const cases = [...refusedSpecs, ...acceptedSpecs];
  await Promise.all(cases.map(([what, spec]) => writeFile(fileOf(what), manifestOf('row', spec))));
  report = validate(folder);
}, 900_000);

afterAll(() => rm(folder, { recursive: true }));

describe('kubectl-validate, without a cluster', () => {
  it.each(refusedSpecs)('refuses %s', (what, _, field, says) => {
    const causes = report[fileOf(what)]?.flatMap(({ details }) => details?.causes ?? []) ?? [];
    expect(causes).toContainEqual({ field, message: expect.stringContaining(says) });
  });

  it.each(rules)('has seen the rule $id of $place broken', ({ place, words }) => {
    const causes = Object.values(report)
      .flat()
      .flatMap(({ details }) => details?.causes ?? []);
    const there = causes.filter(
      ({ field }) => field.replaceAll(/\[\d+\]/g, '[]').replaceAll(/\[\w+\]/g, '{}') === place,
    );
    expect(there.map(({ message }) => message)).toContainEqual(expect.stringContaining(words));
  });

  it.each(acceptedSpecs)('accepts %s', (what) => {
    expect(report[fileOf(what)]).toMatchObject([{ status: 'Success' }]);
  });

  it('accepts every sample', async () => {
    const found = Object.entries(validate(samples)).map(([path, statuses]) => [
      path,
      statuses.map((each) => each.status),
    ]);
    const names = (await readdir(samples)).filter((name) => name.endsWith('.yaml'));
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(names.map((name) => [join(samples, name), ['Success']])),
    );
  });
});
