import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import { contentsConfigMap } from '../../../src/jupyterhub/contents/configMap.ts';
import { formatContents } from '../../../src/jupyterhub/contents/text.ts';
import { type Contents, noLists } from '../../../src/packages/contents/contents.ts';
import { commandLine } from '../../support/commandLine.ts';
import { type Kubectl, succeed } from '../kubectl.ts';
import { openPlace, type Place } from '../place.ts';

/** `diff` and `freeze` at a real API server, on what the operator's own code writes. */
let place: Place;
let kubectl: Kubectl;

const baseImage = 'quay.io/jupyter/minimal-notebook:2026-11-16';
const baseDigest = `sha256:${'d2'.repeat(32)}`;
const nothing: Contents = { ...noLists, omitted: 0 };
const gpp = { name: 'g++', version: '4:12.2.0-3' };
const fitsio = { name: 'fitsio', version: '1.2.1', build: 'py311_0', channel: 'conda-forge', environment: '' };
const old = { name: 'astropy', version: '6.0.0', environment: '' };
const fresh = { ...old, version: '6.1.0' };

const builds: Readonly<Record<number, Contents>> = {
  1: { ...nothing, apt: [gpp], pip: [old] },
  2: { ...nothing, apt: [gpp], conda: [fitsio], pip: [fresh] },
  3: { ...nothing, apt: [gpp], conda: [fitsio], pip: [fresh], omitted: 7 },
};

const spec: ImageSpecSpec = {
  displayName: 'Astronomy',
  baseImage,
  packages: { apt: ['g++'], conda: ['fitsio>=1'], pip: ['astropy[all]>=6,<8; python_version >= "3.8"'] },
  env: [{ name: 'MODE', value: 'no' }],
  output: { repository: 'registry.example.com/imagespecs/vision/astro' },
};

function imageOf(number: number): string {
  return `registry.example.com/imagespecs/vision/astro@sha256:${String(number).repeat(64)}`;
}

async function imageSpec(name: string, wanted: ImageSpecSpec): Promise<string> {
  const manifest = {
    apiVersion: 'imagespec.dev/v1alpha1',
    kind: 'ImageSpec',
    metadata: { name, labels: { hub: 'yes' }, annotations: { 'imagespec.dev/rebuild': '1' } },
    spec: wanted,
  };
  await succeed(kubectl(['create', '-f', '-'], JSON.stringify(manifest)));
  return succeed(kubectl(['get', 'imagespec', name, '-o', 'jsonpath={.metadata.uid}']));
}

/** Writes the lists of these builds as the operator does. The last of them is about the image that the status names. */
async function built(name: string, uid: string, numbers: readonly number[]): Promise<void> {
  let map: ReturnType<typeof contentsConfigMap> | undefined;
  for (const number of numbers) {
    const text = formatContents({
      number,
      image: imageOf(number),
      bases: [{ image: baseImage, digest: baseDigest }],
      contents: builds[number] ?? nothing,
    });
    map = contentsConfigMap({
      owner: { namespace: place.namespace, name, uid },
      existing: map?.data ?? {},
      number,
      keep: numbers,
      text,
    });
  }
  await succeed(kubectl(['create', '-f', '-'], JSON.stringify(map)));
  const digest = imageOf(numbers.at(-1) ?? 0).split('@')[1];
  const status = { observedGeneration: 1, contents: { configMapName: map?.metadata?.name, digest } };
  await succeed(
    kubectl(['patch', 'imagespec', name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]),
  );
}

function command(...argv: readonly string[]) {
  return commandLine([...argv, '--namespace', place.namespace]);
}

beforeAll(async () => {
  place = await openPlace('cli-contents');
  ({ kubectl } = place);
  vi.stubEnv('KUBECONFIG', place.cluster.kubeconfig);
  await built('astro', await imageSpec('astro', spec), [1, 2, 3]);
  await imageSpec('young', spec);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await place.admin.close();
});

describe('diff', () => {
  it('reports added, removed and changed packages, and exits with 1', async () => {
    expect(await command('diff', 'astro', '1', '2')).toEqual({
      code: 1,
      out: [
        `--- build 1  ${imageOf(1)}`,
        `+++ build 2  ${imageOf(2)}`,
        '+ conda fitsio 1.2.1 py311_0 conda-forge',
        '~ pip astropy 6.0.0 -> 6.1.0',
        '',
      ].join('\n'),
      err: '',
    });
  });

  it('prints JSON', async () => {
    const { code, out } = await command('diff', 'astro', '2', '1', '--output', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      before: { number: 2, image: imageOf(2) },
      after: { number: 1, image: imageOf(1) },
      differences: [
        { manager: 'conda', name: 'fitsio', environment: '', before: '1.2.1 py311_0 conda-forge', after: null },
        { manager: 'pip', name: 'astropy', environment: '', before: '6.1.0', after: '6.0.0' },
      ],
    });
  });

  it('exits with 0 when there is no difference, and says where a list is not whole', async () => {
    expect(await command('diff', 'astro', '2', '3')).toEqual({
      code: 0,
      out: 'builds 2 and 3 have the same packages\n',
      err: 'the list of build 3 lacks 7 packages of the image\n',
    });
  });

  it.each<readonly [readonly string[], number, string]>([
    [
      ['astro', '1', '9'],
      3,
      'ConfigMap "astro-contents" has no package list of build 9; it has those of builds 1, 2, 3',
    ],
    [['young', '1', '2'], 3, 'ImageSpec "young" has no package list yet (ConfigMap "young-contents")'],
    [['missing', '1', '2'], 3, 'namespace "cli-contents" has no ImageSpec "missing"'],
    [['astro', '1', 'latest'], 2, 'write the number of a build'],
    [['astro', '1'], 2, 'after'],
  ])('%j exits with %i', async (argv, code, words) => {
    const answer = await command('diff', ...argv);
    expect(answer.err).toContain(words);
    expect(answer).toMatchObject({ code, out: '' });
  });
});

describe('freeze', () => {
  it('prints a manifest that the API server and the operator take', async () => {
    const { code, out, err } = await command('freeze', 'astro');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n')[0]).toBe(`# As build 3: ${imageOf(3)}`);
    expect(parse(out)).toEqual({
      apiVersion: 'imagespec.dev/v1alpha1',
      kind: 'ImageSpec',
      metadata: { name: 'astro', namespace: place.namespace, labels: { hub: 'yes' } },
      spec: {
        ...spec,
        baseImage: `${baseImage}@${baseDigest}`,
        packages: {
          apt: ['g++=4:12.2.0-3'],
          conda: ['conda-forge::fitsio=1.2.1=py311_0'],
          pip: ['astropy[all]==6.1.0 ; python_version >= "3.8"'],
        },
      },
    });
    expect(await succeed(kubectl(['apply', '--dry-run=server', '-f', '-'], out))).toContain('configured');
  });

  it('reports what it could not pin, and exits with 1', async () => {
    const wanted = { baseImage, packages: { pip: ['astropy', 'x @ git+https://example.com/x.git@main', 'missing'] } };
    await built('loose', await imageSpec('loose', wanted), [2]);
    const { code, out, err } = await command('freeze', 'loose');
    expect(code).toBe(1);
    expect(out).toContain('astropy==6.1.0');
    expect(err).toMatch(
      /^spec\.packages\.pip\[1\]: .* names no commit, .*\nspec\.packages\.pip\[2\]: "missing" was not .*\n$/,
    );
  });

  it('waits for an image', async () => {
    expect(await command('freeze', 'young')).toMatchObject({
      code: 3,
      err: 'ImageSpec "young" has no image with known packages yet (status.contents); wait for its build\n',
    });
  });
});
