import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { chartValues } from '../../tools/chart/values.ts';
import { commandLine } from '../support/commandLine.ts';
import { root } from './lua.ts';

const folder = join(root, 'deploy', 'argocd');

async function yaml(...path: readonly string[]): Promise<unknown> {
  return parse(await readFile(join(folder, ...path), 'utf8'));
}

describe('the example of an Application', () => {
  const shape = z.object({
    spec: z.object({
      sources: z.tuple([
        z.object({ path: z.string(), helm: z.object({ valuesObject: z.unknown() }) }),
        z.object({ path: z.string() }),
      ]),
    }),
  });

  it('has values that the chart accepts, and the path of the chart', async () => {
    const [chart] = shape.parse(await yaml('application.yaml')).spec.sources;
    expect(chartValues.safeParse(chart.helm.valuesObject).error).toBeUndefined();
    expect(await readdir(join(root, chart.path))).toContain('Chart.yaml');
  });

  it('has ImageSpecs that the operator accepts', async () => {
    const ran = await commandLine(['validate', '-f', join(folder, 'imagespecs')]);
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('1 valid') });
  });

  it('applies the namespace first, and ImageSpecs after the operator', async () => {
    const waved = z.object({ metadata: z.object({ annotations: z.record(z.string(), z.string()) }) });
    const waves = await Promise.all(
      ['namespace.yaml', 'astro.yaml'].map(async (name) => {
        const { annotations } = waved.parse(await yaml('imagespecs', name)).metadata;
        return Number(annotations['argocd.argoproj.io/sync-wave']);
      }),
    );
    expect(waves).toEqual([-1, 1]);
  });
});

describe('the plugin', () => {
  const pluginShape = z.object({ generate: z.object({ command: z.array(z.string()), args: z.array(z.string()) }) });
  const valuesShape = z.object({
    configs: z.object({ cmp: z.object({ plugins: z.record(z.string(), pluginShape) }) }),
    repoServer: z.object({ extraContainers: z.array(z.object({ name: z.string(), image: z.string() })) }),
  });
  let repository: string;

  beforeAll(async () => {
    repository = await mkdtemp(join(tmpdir(), 'imagespec-argocd-'));
    await mkdir(join(repository, 'environments', 'Sky_Survey'), { recursive: true });
    await mkdir(join(repository, 'environments', 'broken'), { recursive: true });
    await writeFile(
      join(repository, 'environments', 'Sky_Survey', 'environment.yml'),
      'channels: [conda-forge]\ndependencies: [numpy=2.1, pip, pip: [astropy>=6]]\n',
    );
    await writeFile(
      join(repository, 'environments', 'broken', 'environment.yml'),
      'dependencies: [numpy, {npm: [x]}]\n',
    );
  });

  afterAll(() => rm(repository, { recursive: true, force: true }));

  /** Runs the plugin's command in a folder of the repository, as argocd-cmp-server does: no shell, and few variables. */
  async function generate(name: string): Promise<{ readonly code: number | null; out: string; err: string }> {
    const values = valuesShape.parse(await yaml('plugin', 'values.yaml'));
    const plugin = values.configs.cmp.plugins['imagespec-init'];
    // Paths of the operator's image (Dockerfile) stand for those of this checkout.
    const here: Readonly<Record<string, string>> = {
      '/nodejs/bin/node': process.execPath,
      '/app/kubectl-imagespec.js': join(root, 'src', 'cli', 'main.ts'),
    };
    const [program = '', ...argv] = [...(plugin?.generate.command ?? []), ...(plugin?.generate.args ?? [])].map(
      (word) => here[word] ?? word,
    );
    const ran = spawnSync(program, argv, {
      cwd: join(repository, 'environments', name),
      env: { ARGOCD_APP_NAME: `environment-${name}`, PATH: '' },
      encoding: 'utf8',
    });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  }

  it('makes an ImageSpec of a folder, named after it, which the operator accepts', async () => {
    const { code, out, err } = await generate('Sky_Survey');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(parse(out)).toMatchObject({
      kind: 'ImageSpec',
      metadata: { name: 'sky-survey' },
      spec: { packages: { conda: ['numpy=2.1'], pip: ['astropy>=6'] } },
    });
    expect(await commandLine(['validate', '-f', '-'], out)).toMatchObject({ code: 0 });
  });

  it('fails for what it cannot convert, and says where', async () => {
    const { code, err } = await generate('broken');
    expect(code).toBe(1);
    expect(err).toMatch(/environment\.yml:1: /);
  });

  it('runs from the image of this version, under the name that the ApplicationSet uses', async () => {
    const values = valuesShape.parse(await yaml('plugin', 'values.yaml'));
    const [container] = values.repoServer.extraContainers;
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
    expect(container?.image).toBe(`registry.example.com/imagespec-operator:${version}`);
    const applicationSet = await readFile(join(folder, 'applicationset.yaml'), 'utf8');
    expect(applicationSet).toContain('name: imagespec-init');
    const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain('COPY dist/ /app/');
    expect(dockerfile).toContain('/nodejs/bin/node');
  });
});
