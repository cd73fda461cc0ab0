import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandLine } from '../../test/support/commandLine.ts';

const good =
  'apiVersion: imagespec.dev/v1alpha1\nkind: ImageSpec\nmetadata: {name: a, namespace: vision}\nspec: {baseImage: jupyter/base-notebook, packages: {pip: [astropy]}}\n';
const digest = `sha256:${'a'.repeat(64)}`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-cli-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('validate', () => {
  it('reads standard input, and counts valid manifests', async () => {
    expect(await commandLine(['validate', '-f', '-'], good)).toEqual({ code: 0, out: '1 valid\n', err: '' });
  });

  it('reads all manifests below folders, and reports faults like a compiler', async () => {
    await writeFile(join(folder, 'a.yaml'), good);
    await writeFile(join(folder, 'b.yml'), good.replace('astropy', '--pre').replace('name: a', 'name: b'));
    await writeFile(join(folder, 'notes.txt'), 'no manifest');
    const { code, out, err } = await commandLine(['validate', '-f', folder]);
    expect(code).toBe(1);
    expect(out).toBe('1 valid, 1 fault\n');
    expect(err).toBe(
      `${join(folder, 'b.yml')}:4:59: spec.packages.pip[0]: "--pre" is an option; only packages are allowed here\n`,
    );
  });

  it('prints JSON for programs', async () => {
    const { code, out } = await commandLine(['validate', '-f', '-', '-o', 'json'], good.replace('astropy', '--pre'));
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      findings: [{ file: '-', line: 4, path: 'spec.packages.pip[0]' }],
      valid: [],
    });
  });

  it("applies the operator's configuration and its policy", async () => {
    const config = join(folder, 'config.yaml');
    await writeFile(
      config,
      'images: {operator: r.example/o}\noutput: {repositoryTemplate: "r.example/x/{name}"}\npolicy: {baseImages: ["quay.io/**"]}\n',
    );
    const { code, err } = await commandLine(['validate', '-f', '-', '--config', config], good);
    expect(code).toBe(1);
    expect(err).toContain('spec.baseImage: policy.baseImages does not allow index.docker.io/jupyter/base-notebook');
  });

  it('names an unreadable path', async () => {
    const missing = join(folder, 'missing.yaml');
    expect(await commandLine(['validate', '-f', missing])).toMatchObject({
      code: 3,
      err: expect.stringContaining(missing),
    });
    expect(await commandLine(['validate', '-f', '-', '--config', missing])).toMatchObject({
      code: 3,
      err: expect.stringContaining(missing),
    });
  });
});

describe('render', () => {
  it("prints the operator's Dockerfile", async () => {
    const { code, out } = await commandLine(
      ['render', '-f', '-', '--base-digest', digest, '--base-user', 'jovyan'],
      good,
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(`^FROM jupyter/base-notebook@${digest}\nUSER root\nRUN [^]* astropy [^]*\nUSER jovyan\n$`),
    );
  });

  it('prints tags and hash as JSON', async () => {
    const { out } = await commandLine(['render', '-f', '-', '--base-digest', digest, '-o', 'json'], good);
    expect(JSON.parse(out)).toMatchObject({
      namespace: 'vision',
      name: 'a',
      inputHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      bases: [{ image: 'jupyter/base-notebook', digest, user: '1000' }],
    });
  });

  it('refuses an invalid digest', async () => {
    expect(await commandLine(['render', '-f', '-', '--base-digest', 'latest'], good)).toMatchObject({
      code: 2,
      out: '',
    });
  });
});

describe('import-primehub', () => {
  const object = (kind: string, spec: object) =>
    JSON.stringify({ apiVersion: 'primehub.io/v1alpha1', kind, metadata: { name: 'a' }, spec });
  const recipe = { baseImage: 'jupyter/base-notebook', packages: { pip: ['astropy'] } };

  it('prints valid ImageSpecs with unique names', async () => {
    const both = `${object('Image', { imageSpec: recipe })}\n---\n${object('ImageSpec', recipe)}`;
    const { code, out, err } = await commandLine(['import-primehub', '-f', '-'], both);
    expect(code).toBe(0);
    expect(err).toContain('this one is now a-imagespec');
    expect(await commandLine(['validate', '-f', '-'], out)).toMatchObject({ code: 0, out: '2 valid\n' });
  });

  it('with --strict fails when something is lost; always fails for an unknown object', async () => {
    const lossy = object('ImageSpec', { ...recipe, packages: { pip: ['--pre astropy'] } });
    expect(await commandLine(['import-primehub', '-f', '-'], lossy)).toMatchObject({ code: 0 });
    expect(await commandLine(['import-primehub', '-f', '-', '--strict'], lossy)).toMatchObject({
      code: 1,
      err: expect.stringContaining('"--pre"'),
    });
    expect(await commandLine(['import-primehub', '-f', '-'], good)).toMatchObject({
      code: 1,
      err: expect.stringContaining('-:1:1: no Image'),
    });
  });
});

describe('the command line', () => {
  it.each([[[]], [['validate']], [['validate', '-f', '']], [['validate', '-f', '-', '-o', 'xml']], [['nothing']]])(
    '%j is wrong usage',
    async (argv) => {
      const { code, err } = await commandLine(argv);
      expect(code).toBe(2);
      expect(err).not.toBe('');
    },
  );

  it('prints help', async () => {
    const { code, out } = await commandLine(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('validate');
  });
});
