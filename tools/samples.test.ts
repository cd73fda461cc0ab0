import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ImageSpecSpec } from '../src/api/imagespec.generated.ts';
import { parseConfig } from '../src/config/parse.ts';
import type { Config } from '../src/config/schema.ts';
import { planOf } from '../src/dockerfile/plan.ts';
import { parseReference } from '../src/oci/reference.ts';
import { recipes } from './cluster/artifacts/images.ts';
import { samplesFolder, shownSamples } from './samples.ts';

const root = join(import.meta.dirname, '..');
const readme = await readFile(join(root, 'README.md'), 'utf8');
const installGuide = await readFile(join(root, 'docs', 'guides', 'install.md'), 'utf8');
const hubPage = await readFile(join(root, 'docs', 'jupyterhub.md'), 'utf8');
const files = await readdir(samplesFolder);

const sampleSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.custom<ImageSpecSpec>((value) => typeof value === 'object' && value !== null),
});

async function sampleOf(file: string) {
  const text = await readFile(join(samplesFolder, file), 'utf8');
  return { text, ...sampleSchema.parse(parse(text)) };
}

/** Code blocks of a page in one language, without the indentation that a list gives them. */
function blocks(page: string, language: string): readonly string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([^]*?)^ *\`\`\`$`, 'gm');
  return [...page.matchAll(fence)].map(([, indent = '', text = '']) =>
    text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** The operator's configuration for these settings, which have no image of the operator where the chart fills it in. */
function configOf(settings: object): Config {
  const config = parseConfig(
    JSON.stringify({ images: { operator: 'registry.example.com/imagespec-operator' }, ...settings }),
  );
  if (!config.ok) {
    throw new Error(config.failure);
  }
  return config.value;
}

describe('what README.md shows first', () => {
  it('is the first sample, without its comments', async () => {
    const { text } = await sampleOf(shownSamples[0]);
    expect(blocks(readme, 'yaml')[0]).toBe(text.replaceAll(/^#.*\n/gm, ''));
  });

  it('is what becomes of the samples that the quick start builds', async () => {
    const shown = await Promise.all(shownSamples.map(sampleOf));
    const [command, , header = '', ...rows] = blocks(readme, 'console')[0]?.split('\n') ?? [];
    expect(command).toBe(`$ kubectl apply ${shownSamples.map((file) => `-f deploy/samples/${file}`).join(' ')}`);
    expect(header.split(/\s+/)).toEqual(['NAME', 'READY', 'STATUS', 'JUPYTERHUB', 'AGE', 'IMAGE']);
    expect(rows.filter((row) => row !== '').map((row) => row.split(/\s+/).slice(0, 4))).toEqual(
      shown.map(({ metadata }) => [metadata.name, 'True', 'BuildSucceeded', 'LaunchVerified']),
    );
  });
});

describe('settings that people copy', () => {
  const [values = ''] = blocks(readme.slice(readme.indexOf('## Install it')), 'yaml');
  const [overlay = ''] = blocks(installGuide.slice(installGuide.indexOf('## With kustomize')), 'yaml');
  const overlaySchema = z.object({ patches: z.array(z.object({ patch: z.string() })).length(1) });
  const configMapSchema = z.object({ data: z.object({ 'config.yaml': z.string() }) });

  it.each([
    ["README.md's Helm values", () => z.object({ config: z.looseObject({}) }).parse(parse(values)).config],
    [
      "the guide's kustomize overlay",
      () => {
        const [{ patch } = { patch: '' }] = overlaySchema.parse(parse(overlay)).patches;
        return z.looseObject({}).parse(parse(configMapSchema.parse(parse(patch)).data['config.yaml']));
      },
    ],
    ["docs/jupyterhub.md's first step", () => z.looseObject({}).parse(parse(blocks(hubPage, 'yaml')[0] ?? ''))],
  ])('%s: the version of the Hub is there, without which there is no verdict', (_, settings) => {
    expect(configOf(settings()).jupyterHub.hubVersion).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it("docs/jupyterhub.md's first step says where to publish", () => {
    const { publish } = configOf(z.looseObject({}).parse(parse(blocks(hubPage, 'yaml')[0] ?? ''))).jupyterHub;
    expect(publish).toMatchObject([{ namespace: 'jupyterhub', configMap: 'imagespec-profiles' }]);
  });
});

describe('the samples', () => {
  const config = configOf({ output: { repositoryTemplate: 'registry.example.com/imagespecs/{namespace}/{name}' } });
  const served = new Set(
    recipes.flatMap(({ registry, path, tags }) => tags.map((tag) => `${registry}/${path}:${tag}`)),
  );
  const dockerHubsCopy = 'index.docker.io/jupyter/minimal-notebook:latest';
  /** test/builds/settings.test.ts has a registry for it that asks for a token, as GitLab does. */
  const asksForToken = 'registry.gitlab.com/infuseai/docker-stacks/base-notebook:1951c2b3';

  it.each(files)('%s starts from an image that a local cluster has', async (file) => {
    const { metadata, spec } = await sampleOf(file);
    const plan = planOf({ namespace: 'default', name: metadata.name, spec }, config);
    const images = plan.ok ? plan.value.images : [];
    expect(images).toHaveLength(1);
    for (const image of images) {
      const reference = parseReference(image);
      const { registry, repository, tag } = reference.ok ? reference.value : { registry: '', repository: '', tag: '' };
      expect([...served, dockerHubsCopy, asksForToken]).toContain(`${registry}/${repository}:${tag ?? 'latest'}`);
    }
  });

  it("start from Docker Hub's abandoned notebook only where they are the guideline's", async () => {
    const texts = await Promise.all(files.map((file) => readFile(join(samplesFolder, file), 'utf8')));
    const abandoned = files.filter((_, index) => /(?:FROM|baseImage:) jupyter\//.test(texts[index] ?? ''));
    expect(abandoned.toSorted()).toEqual(['guideline-dockerfile.yaml', 'guideline-package-list.yaml']);
  });
});
