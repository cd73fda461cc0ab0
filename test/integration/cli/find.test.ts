import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { contentsConfigMap } from '../../../src/jupyterhub/contents/configMap.ts';
import { formatContents } from '../../../src/jupyterhub/contents/text.ts';
import { noLists, type PipPackage } from '../../../src/packages/contents/contents.ts';
import { commandLine } from '../../support/commandLine.ts';
import { type Kubectl, succeed } from '../kubectl.ts';
import { openPlace, type Place } from '../place.ts';

/** `find` and `status` without a name, at a real API server. */
let place: Place;
let kubectl: Kubectl;

const conditions = (reason: string, status: 'True' | 'False', message: string) => [
  { type: 'Ready', status, reason, message, observedGeneration: 1, lastTransitionTime: '2026-11-01T00:00:00Z' },
];

/** An ImageSpec at rest; with packages it has an image and its list. */
async function imageSpec(name: string, status: object, packages?: readonly PipPackage[]): Promise<void> {
  const manifest = {
    apiVersion: 'imagespec.dev/v1alpha1',
    kind: 'ImageSpec',
    metadata: { name },
    spec: { baseImage: 'quay.io/jupyter/minimal-notebook:2026-11-16', packages: { pip: ['numpy'] } },
  };
  await succeed(kubectl(['create', '-f', '-'], JSON.stringify(manifest)));
  const uid = await succeed(kubectl(['get', 'imagespec', name, '-o', 'jsonpath={.metadata.uid}']));
  const image = `registry.example.com/${name}@sha256:${'a1'.repeat(32)}`;
  const patch = { status: { observedGeneration: 1, ...status, ...(packages === undefined ? {} : { image }) } };
  await succeed(
    kubectl(['patch', 'imagespec', name, '--subresource=status', '--type=merge', '-p', JSON.stringify(patch)]),
  );
  if (packages !== undefined) {
    const contents = { ...noLists, pip: packages, omitted: 0 };
    const map = contentsConfigMap({
      owner: { namespace: place.namespace, name, uid },
      existing: {},
      number: 1,
      keep: [1],
      text: formatContents({ number: 1, image, bases: [], contents }),
    });
    await succeed(kubectl(['create', '-f', '-'], JSON.stringify(map)));
  }
}

const numpy = (version: string): PipPackage => ({ name: 'numpy', version, environment: '' });

beforeAll(async () => {
  place = await openPlace('cli-find');
  ({ kubectl } = place);
  vi.stubEnv('KUBECONFIG', place.cluster.kubeconfig);
  const good = { conditions: conditions('BuildSucceeded', 'True', 'the image is there') };
  await imageSpec('old', good, [numpy('1.26.4')]);
  await imageSpec('new', good, [numpy('2.1.0')]);
  const message = 'packages.pip: there is no package "nunpy"';
  await imageSpec('broken', { conditions: conditions('PackageNotFound', 'False', message) });
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await place.admin.close();
});

const here = () => ['-n', place.namespace];

describe('find', () => {
  it('lists the images that have a package, and how many it has looked at', async () => {
    const ran = await commandLine(['find', 'numpy<2', ...here()]);
    expect(ran.out.split('\n').map((line) => line.split(/ +/))).toEqual([
      ['NAMESPACE', 'IMAGESPEC', 'MANAGER', 'PACKAGE', 'VERSION'],
      [place.namespace, 'old', 'pip', 'numpy', '1.26.4'],
      [''],
    ]);
    expect(ran).toMatchObject({ code: 0, err: '1 of 2 images\n' });
  });

  it('ends with 1 when no image has it', async () => {
    expect(await commandLine(['find', 'pandas', ...here()])).toEqual({ code: 1, out: '', err: '0 of 2 images\n' });
  });

  it('looks into all namespaces', async () => {
    const ran = await commandLine(['find', 'numpy', '-A', '-o', 'json']);
    const found: unknown = JSON.parse(ran.out);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          namespace: place.namespace,
          name: 'new',
          packages: [{ manager: 'pip', name: 'numpy', version: '2.1.0' }],
        }),
      ]),
    );
  });
});

describe('status without a name', () => {
  it('lists where each ImageSpec stands, and ends with 1 when one has failed', async () => {
    const ran = await commandLine(['status', ...here()]);
    const lines = ran.out.split('\n');
    expect(lines.slice(1).map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['broken', 'not ready', 'PackageNotFound'],
      ['new', 'ready', 'BuildSucceeded'],
      ['old', 'ready', 'BuildSucceeded'],
      [''],
    ]);
    expect(lines[1]).toContain('there is no package "nunpy"');
    expect(ran).toMatchObject({ code: 1, err: '' });
  });

  it('lists all namespaces', async () => {
    const ran = await commandLine(['status', '-A', '-o', 'json']);
    expect(JSON.parse(ran.out)).toEqual(
      expect.arrayContaining([expect.objectContaining({ namespace: place.namespace, name: 'old', state: 'ready' })]),
    );
  });

  it('says which role a user lacks', async () => {
    const ran = await commandLine(['status', '-A', '--as', 'eve']);
    expect(ran.err).toMatch(/cannot list ImageSpecs in all namespaces.*eve.*the role "view" in all namespaces/);
    expect(ran.code).toBe(3);
  });
});

describe('completion', () => {
  it('offers the ImageSpecs of the namespace on the line', async () => {
    const ran = await commandLine(['__complete', '--', 'logs', ...here(), '']);
    expect(ran.out).toBe('broken\nnew\nold\n:4\n');
  });
});
