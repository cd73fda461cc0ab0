import { describe, expect, it } from 'vitest';
import { acceptedSpecs } from '../../../test/integration/crd/accepted.ts';
import { manifestOf, refusedSpecs } from '../../../test/integration/crd/cases.ts';
import { refusedByRules } from '../../../test/integration/crd/refused-rules.ts';
import { config } from '../../../test/support/observations.ts';
import { checkDocuments } from './checkManifest.ts';
import { readDocuments } from './documents.ts';
import { specSchema } from './schema.generated.ts';
import type { SchemaNode } from './schemaNode.ts';
import { structureFaults } from './structure.ts';

const anywhere = {
  ...config,
  output: { ...config.output, repositoryTemplate: 'registry.example.com/{namespace}/{name}' },
};

function check(text: string) {
  const { documents, findings } = readDocuments({ name: 'file.yaml', text });
  const checked = checkDocuments(documents, anywhere);
  return { ...checked, findings: [...findings, ...checked.findings] };
}

/** API servers refuse the same tables: test/integration/crd/crd.test.ts; test/versions/ for other versions. */
describe('what admission refuses is refused offline', () => {
  it.each(refusedSpecs)('%s: at the same field', (_, spec, field) => {
    const paths = check(manifestOf('row', spec)).findings.map(({ path }) => path);
    expect(paths).toContain(field);
  });

  it.each(refusedByRules)('%s: in the same words', (_, spec, field, says) => {
    const found = check(manifestOf('row', spec)).findings.filter(({ path }) => path === field);
    expect(found.map(({ message }) => message).join('\n')).toContain(says);
  });

  it.each(acceptedSpecs)('%s is well formed', (_, spec) => {
    expect(structureFaults(specSchema, spec)).toEqual([]);
  });

  it('passes over a rule of a value whose type is wrong, which is the fault', () => {
    const found = check(manifestOf('row', { baseImage: 5, packages: { cranSnapshot: 2026 } })).findings;
    expect(found.map(({ path }) => path)).toEqual(['spec.baseImage', 'spec.packages.cranSnapshot']);
  });

  it('throws where a rule of a right value cannot be evaluated: no rule is passed over silently', () => {
    const node: SchemaNode = { type: 'string', rules: [{ rule: 'self.noSuchFunction()', message: 'no' }] };
    expect(() => structureFaults(node, 'text')).toThrow('a rule of the CRD cannot be evaluated');
    expect(structureFaults(node, 5)).toHaveLength(1);
  });
});

const header = 'apiVersion: imagespec.dev/v1alpha1\nkind: ImageSpec\n';

describe('ImageSpecs that share a Secret', () => {
  const one = (name: string, spec: string) =>
    `${header}metadata: {name: ${name}, namespace: team}\nspec:\n  baseImage: a/b\n  ${spec}\n`;

  it.each([
    ['reader', 'pullSecret: team-push', 'writer', 'output: {pushSecret: team-push}'],
    ['writer', 'output: {pushSecret: team-push}', 'reader', 'pullSecret: team-push'],
  ])('may not pull with what another one pushes with: %s first', (a, specA, b, specB) => {
    const { findings, fine } = check(`${one(a, specA)}---\n${one(b, specB)}`);
    expect(findings).toMatchObject([
      { path: 'spec.pullSecret', message: expect.stringContaining('ImageSpec "writer" pushes') },
    ]);
    expect(fine.map(({ asked }) => asked.name)).toEqual(['writer']);
  });

  it('may both push or both pull with it, and each in its namespace as it likes', () => {
    const twice = (spec: string) => `${one('a', spec)}---\n${one('b', spec)}`;
    expect(check(twice('pullSecret: x')).findings).toEqual([]);
    expect(check(twice('output: {pushSecret: x}')).findings).toEqual([]);
    const elsewhere = one('b', 'pullSecret: x').replace('namespace: team', 'namespace: other');
    expect(check(`${one('a', 'output: {pushSecret: x}')}---\n${elsewhere}`).findings).toEqual([]);
  });
});

describe('places and words', () => {
  it.each<[string, string, { readonly line: number; readonly column: number; readonly path: string }, string]>([
    [
      'an unknown field, at its name, with the one that was meant',
      `${header}metadata: {name: a}\nspec:\n  baseimage: x/y\n`,
      { line: 5, column: 3, path: 'spec.baseimage' },
      'did you mean baseImage?',
    ],
    [
      'an entry of a list',
      `${header}metadata: {name: a}\nspec:\n  baseImage: jupyter/base\n  packages:\n    pip:\n    - ok\n    - not ok\n`,
      { line: 9, column: 7, path: 'spec.packages.pip[1]' },
      '"not ok" is not a requirement',
    ],
    [
      'a line of a Dockerfile',
      `${header}metadata: {name: a}\nspec:\n  dockerfile: |\n    FROM jupyter/base\n    COPY a /b\n`,
      { line: 7, column: 1, path: 'spec.dockerfile' },
      'COPY',
    ],
    ['no spec', `${header}metadata: {name: a}\n`, { line: 1, column: 1, path: 'spec' }, 'is missing'],
    [
      'no name',
      `${header}spec: {baseImage: jupyter/base}\n`,
      { line: 1, column: 1, path: 'metadata.name' },
      'is missing',
    ],
    [
      'an invalid name',
      `${header}metadata: {name: A_b}\nspec: {baseImage: jupyter/base}\n`,
      { line: 3, column: 12, path: 'metadata.name' },
      '"A_b" is not a valid name',
    ],
    [
      'another version',
      'apiVersion: imagespec.dev/v2\nkind: ImageSpec\nmetadata: {name: a}\nspec: {baseImage: jupyter/base}\n',
      { line: 1, column: 1, path: 'apiVersion' },
      'unknown version; write imagespec.dev/v1alpha1',
    ],
    [
      'the second of two with one name',
      `${header}metadata: {name: a}\nspec: {baseImage: jupyter/base}\n---\n${header}metadata: {name: a}\nspec: {baseImage: jupyter/base}\n`,
      { line: 8, column: 12, path: 'metadata.name' },
      'default/a is also in file.yaml:3',
    ],
    [
      'a name that YAML does not read as a string',
      `${header}metadata: {name: no}\nspec: {baseImage: jupyter/base}\n`,
      { line: 3, column: 12, path: 'metadata.name' },
      'put it in quotes',
    ],
    [
      'a template',
      '{{ .Values.x }}\na: 1\n',
      { line: 1, column: 2, path: '' },
      'if this is a template, check what it renders',
    ],
    ['no YAML', `${header}spec: [`, { line: 3, column: 8, path: '' }, 'this is not valid YAML'],
  ])('%s', (_, text, place, words) => {
    const finding = check(text).findings.find(({ path }) => path === place.path);
    expect(finding).toMatchObject({ file: 'file.yaml', ...place });
    expect(finding?.message).toContain(words);
  });

  it('skips other kinds, and reads the items of a List', () => {
    const one = {
      apiVersion: 'imagespec.dev/v1alpha1',
      kind: 'ImageSpec',
      metadata: { name: 'a' },
      spec: { baseImage: 'jupyter/base' },
    };
    const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'ConfigMap' }, one] };
    expect(check(JSON.stringify(list))).toMatchObject({ findings: [], others: 1, fine: [{ asked: { name: 'a' } }] });
  });

  it.each([
    [
      'a bomb of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
        .split('')
        .map(
          (name, index) =>
            `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcdefghi'[index]}`).join(',')}]`,
        )
        .join('\n')}\n`,
    ],
    ['deep nesting', `${'['.repeat(2000)}${']'.repeat(2000)}`],
    ['binary garbage', '\u0000\u0001\u0002{{{:::'],
    ['a text', 'hello'],
    ['nothing', ''],
  ])('does not fail on %s', (_, text) => {
    expect(() => check(text)).not.toThrow();
  });
});
