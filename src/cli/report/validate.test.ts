import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { commandLine } from '../../../test/support/commandLine.ts';

const head = 'apiVersion: imagespec.dev/v1alpha1\nkind: ImageSpec\nmetadata: {name: a}\nspec:\n  baseImage: a/b\n';
const good = `${head}  packages: {pip: [astropy]}\n`;
const both = `${head}  packages:\n    pip: [numpy==1.26, numpy==2.0]\n    conda: ["x,<y>&1"]\n`;
const contradicting = both.replace('    conda: ["x,<y>&1"]\n', '    conda: [numpy=1.26]\n');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-validate-'));
});

afterEach(() => rm(folder, { recursive: true }));

describe('what can be known in a second', () => {
  it('is a fault where every build fails, and else a warning', async () => {
    const { code, out, err } = await commandLine(['validate', '-f', '-'], contradicting);
    expect({ code, out }).toEqual({ code: 1, out: '0 valid, 1 fault\n' });
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^-:7:24: spec\.packages\.pip\[1\]: "numpy==2\.0" contradicts "numpy==1\.26"/),
      expect.stringMatching(
        /^-:7:11: spec\.packages\.pip\[0\]: warning: "numpy==1\.26": packages\.conda installs it too/,
      ),
      expect.stringMatching(/^-:7:24: spec\.packages\.pip\[1\]: warning: /),
      '',
    ]);
  });

  it('compares with the list of packages in the base', async () => {
    const list = join(folder, 'contents.txt');
    await writeFile(list, '# image r.example/a@sha256:1\n# build 1\nconda numpy 1.26.4 py311_0 conda-forge\n');
    const spec = good.replace('astropy', 'numpy>=2');
    const { code, err } = await commandLine(['validate', '-f', '-', '--base-contents', list], spec);
    expect(code).toBe(0);
    expect(err).toContain('spec.packages.pip[0]: warning: "numpy>=2": the base has numpy 1.26.4');
    await writeFile(list, 'no list\n');
    expect(await commandLine(['validate', '-f', '-', '--base-contents', list], spec)).toMatchObject({ code: 3 });
  });

  it('reports faults of every kind together, in the order of the text', async () => {
    const text = `${head.replace('name: a', 'name: 12').replace('baseImage: a/b', 'baseImage: "A B"')}  packages:\n    pip: ["x y", 5]\n    apt: [Vim]\n  historyLimit: "5"\n`;
    const { err } = await commandLine(['validate', '-f', '-'], text);
    expect(err.split('\n').map((line) => line.split(': ').slice(0, 2).join(': '))).toEqual([
      '-:3:12: metadata.name',
      '-:5:3: spec.baseImage',
      '-:5:3: spec.baseImage',
      '-:7:11: spec.packages.pip[0]',
      '-:7:18: spec.packages.pip[1]',
      '-:9:3: spec.historyLimit',
      '',
    ]);
  });

  it('checks the sound fields of a spec with faults by the grammars too', async () => {
    const text = `${head}  packages:\n    apt: [Vim]\n    pip: numpy\n  historyLimit: "5"\n`;
    const { err } = await commandLine(['validate', '-f', '-'], text);
    expect(err).toContain('-:7:11: spec.packages.apt[0]: "Vim" is not a Debian package');
    expect(err).toContain('-:8:5: spec.packages.pip: holds text; write a list: ["numpy"]');
    expect(err).toContain('-:9:3: spec.historyLimit: holds text; write it without quotes: 5');
  });
});

it('names an ImageSpec that has the same repository and tag', async () => {
  const spec = (name: string, output: string) =>
    good.replace('name: a', `name: ${name}`).concat(`  output: {${output}}\n`);
  const same = 'repository: r.example/team/x';
  const text = [spec('a', same), spec('b', same), spec('c', `${same}, tag: other`)].join('---\n');
  const { code, err } = await commandLine(['validate', '-f', '-'], text);
  expect(code).toBe(0);
  expect(err.trimEnd().split('\n')).toEqual([
    expect.stringMatching(
      /^-:15:3: spec\.output: warning: default\/a has r\.example\/team\/x:latest too, and only one of them gets the tag/,
    ),
  ]);
});

describe('a path in which there is no ImageSpec', () => {
  it('is a fault', async () => {
    await mkdir(join(folder, 'empty'));
    await writeFile(join(folder, 'other.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
    await writeFile(join(folder, 'good.yaml'), good);
    const { code, err } = await commandLine([
      'validate',
      '-f',
      join(folder, 'empty'),
      '-f',
      join(folder, 'other.yaml'),
    ]);
    expect(code).toBe(1);
    expect(err).toContain(`${join(folder, 'empty')}: there is no file whose name ends with .yaml`);
    expect(err).toContain(`${join(folder, 'other.yaml')}: there is no ImageSpec`);
    expect(await commandLine(['validate', '-f', '-'], '')).toMatchObject({ code: 1 });
    expect(await commandLine(['validate', '-f', folder])).toMatchObject({ code: 0, err: '' });
  });

  it('is none among the files that the pre-commit hook passes', async () => {
    const hooks = z.array(z.object({ id: z.string(), entry: z.string() }));
    const [hook] = hooks.parse(
      parse(await readFile(join(import.meta.dirname, '..', '..', '..', '.pre-commit-hooks.yaml'), 'utf8')),
    );
    const [program, ...argv] = hook?.entry.split(' ') ?? [];
    const other = join(folder, 'other.yaml');
    const faulty = join(folder, 'faulty.yaml');
    await writeFile(other, 'a: b\n');
    await writeFile(faulty, good.replace('astropy', '--pre'));
    expect(program).toBe('kubectl-imagespec');
    expect(await commandLine([...argv, other])).toMatchObject({ code: 0, err: '' });
    expect(await commandLine([...argv, other, faulty])).toMatchObject({ code: 1 });
  });

  it('is wrong usage where no path is given', async () => {
    expect(await commandLine(['validate'])).toMatchObject({ code: 2, err: expect.stringContaining('--filename') });
  });
});

describe('the forms of the output', () => {
  it('annotates files for GitHub, with what its commands would read masked', async () => {
    const file = join(folder, 'a,b:c%.yaml');
    await writeFile(file, both);
    const { code, out, err } = await commandLine(['validate', '-f', file, '-o', 'github']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toContain(
      `::error file=${folder}/a%2Cb%3Ac%25.yaml,line=8,col=13,title=spec.packages.conda[0]::"x,<y>&1" `,
    );
    expect(out).toMatch(/\n0 valid, 1 fault\n$/);
  });

  it('writes SARIF with places and levels', async () => {
    const { out } = await commandLine(['validate', '-f', '-', '-o', 'sarif'], contradicting);
    expect(JSON.parse(out)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'kubectl-imagespec', rules: [{ id: 'spec.packages.pip[]' }] } },
          results: [
            {
              ruleId: 'spec.packages.pip[]',
              level: 'error',
              locations: [
                { physicalLocation: { artifactLocation: { uri: 'stdin' }, region: { startLine: 7, startColumn: 24 } } },
              ],
            },
            { level: 'warning' },
            { level: 'warning' },
          ],
        },
      ],
    });
  });

  it('writes what is valid, faulty and remarkable as tests of JUnit', async () => {
    const { out } = await commandLine(
      ['validate', '-f', '-', '-o', 'junit'],
      `${both}---\n${good.replace('name: a', 'name: b')}`,
    );
    expect(out).toContain('tests="2" failures="1"');
    expect(out).toContain('<testcase classname="-" name="default/b"/>');
    expect(out).toContain('<failure message="&quot;x,&lt;y&gt;&amp;1&quot; ');
  });
});
