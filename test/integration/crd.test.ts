import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition, ConditionStatus, ImageSpecSpec, ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import type { LightCluster } from '../cluster/cluster.ts';
import { startLight } from '../cluster/start.ts';
import { type Kubectl, kubectlOf, succeed } from './kubectl.ts';

const root = join(import.meta.dirname, '..', '..');

let cluster: LightCluster;
let kubectl: Kubectl;

beforeAll(async () => {
  cluster = await startLight('crd');
  kubectl = kubectlOf(cluster.kubectl);
  await succeed(kubectl(['create', '-f', join(root, 'crds')]));
  await succeed(kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd/imagespecs.imagespec.dev']));
});

afterAll(async () => {
  await cluster.stop();
});

/** A manifest whose spec need not be one that the types allow. */
function manifest(name: string, spec: object): string {
  return JSON.stringify({ apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata: { name }, spec });
}

function dryRun(spec: object) {
  return kubectl(['create', '--dry-run=server', '-f', '-'], manifest('row', spec));
}

it('has a structural schema and free names', async () => {
  const conditions = '{range .status.conditions[*]}{.type}={.status}{"\\n"}{end}';
  const printed = await succeed(kubectl(['get', 'crd', 'imagespecs.imagespec.dev', '-o', `jsonpath=${conditions}`]));
  expect(printed.trim().split('\n').toSorted()).toEqual(['Established=True', 'NamesAccepted=True']);
});

describe('admission', () => {
  const baseImage = 'jupyter/minimal-notebook';

  it.each<[string, object, string]>([
    ['neither base nor Dockerfile', { packages: { pip: ['astropy'] } }, 'write exactly one of baseImage'],
    ['an image and a Dockerfile', { baseImage, dockerfile: 'FROM x' }, 'keep one of baseImage and dockerfile'],
    [
      'an image and another ImageSpec',
      { baseImage, baseImageSpecRef: { name: 'a' } },
      'keep one of baseImage and baseImageSpecRef',
    ],
    [
      'another ImageSpec and a Dockerfile',
      { dockerfile: 'FROM x', baseImageSpecRef: { name: 'a' } },
      'keep one of baseImageSpecRef and dockerfile',
    ],
    [
      'all three',
      { baseImage, dockerfile: 'FROM x', baseImageSpecRef: { name: 'a' } },
      'keep one of baseImage, baseImageSpecRef and dockerfile',
    ],
    [
      'packages beside a Dockerfile',
      { dockerfile: 'FROM x', packages: { pip: ['astropy'] } },
      'spec.packages: Invalid value: packages cannot stand beside dockerfile; write the installs as RUN lines',
    ],
    [
      'variables beside a Dockerfile',
      { dockerfile: 'FROM x', env: [{ name: 'A', value: 'b' }] },
      'spec.env: Invalid value: env cannot stand beside dockerfile; write the variables as ENV lines',
    ],
    [
      'a variable that no shell could name',
      { baseImage, env: [{ name: '1-A', value: 'b' }] },
      'spec.env[0].name: Invalid value: "1-A": "1-A" cannot be the name of an environment variable: write letters',
    ],
    ['a variable without a value', { baseImage, env: [{ name: 'A' }] }, 'spec.env[0].value: Required value'],
    [
      'a variable twice',
      {
        baseImage,
        env: [
          { name: 'A', value: 'b' },
          { name: 'A', value: 'c' },
        ],
      },
      'spec.env[1]: Duplicate value',
    ],
    [
      'a repository with a tag',
      { baseImage, output: { repository: 'r.example:5000/a/b:v1' } },
      'write "r.example:5000/a/b", and the tag, if one is wanted, into output.tag',
    ],
    [
      'a repository with a digest',
      { baseImage, output: { repository: `r.example/a@sha256:${'0'.repeat(64)}` } },
      'write "r.example/a", and the tag',
    ],
    ['a tag that is none', { baseImage, output: { tag: 'a b' } }, '"a b" cannot be a tag'],
    [
      'a Secret that cannot exist',
      { baseImage, pullSecret: 'My Secret' },
      'write the name of a Secret of this namespace',
    ],
    [
      'a quantity that is none',
      { baseImage, build: { resources: { limits: { memory: '4 GB' } } } },
      'spec.build.resources.limits[memory]: Invalid value: "4 GB": not a quantity; write a number',
    ],
    [
      'a negative quantity',
      { baseImage, build: { resources: { requests: { cpu: -1 } } } },
      'spec.build.resources.requests[cpu]: Invalid value',
    ],
    ['a timeout below a minute', { baseImage, build: { timeoutSeconds: 59 } }, 'greater than or equal to 60'],
    ['a timeout above a day', { baseImage, build: { timeoutSeconds: 86_401 } }, 'less than or equal to 86400'],
    ['too many retries', { baseImage, build: { retries: 11 } }, 'less than or equal to 10'],
    [
      'another platform',
      { baseImage, build: { platform: 'linux/s390x' } },
      'supported values: "linux/amd64", "linux/arm64"',
    ],
    [
      'looking at the base too often',
      { baseImage, baseUpdate: { intervalSeconds: 299 } },
      'greater than or equal to 300',
    ],
    ['a long history', { baseImage, historyLimit: 21 }, 'less than or equal to 20'],
    [
      'too many packages',
      { baseImage, packages: { pip: Array.from({ length: 1025 }, () => 'a') } },
      'at most 1024 items',
    ],
    ['a Dockerfile that is too long', { dockerfile: 'F'.repeat(32_769) }, 'may not be more than 32768'],
    ['a mistyped field', { baseImage, package: { pip: ['astropy'] } }, 'unknown field "spec.package"'],
    ['one package instead of a list', { baseImage, packages: { pip: 'astropy' } }, 'must be of type array'],
  ])('refuses %s', async (_, spec, message) => {
    const { exitCode, stderr } = await dryRun(spec);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(1);
  });

  it.each<[string, ImageSpecSpec]>([
    ['a base alone', { baseImage }],
    ['another ImageSpec as base', { baseImageSpecRef: { name: 'base.v2' } }],
    ['build arguments beside a Dockerfile', { dockerfile: 'FROM x', build: { args: [{ name: 'A', value: '' }] } }],
    ['a repository on another port', { baseImage, output: { repository: 'localhost:5000/a/b' } }],
    [
      'every field',
      {
        displayName: 'Astronomy',
        description: 'astropy and friends',
        baseImage,
        pullSecret: 'pull',
        packages: {
          apt: ['g++', 'vim=2:8.2*'],
          conda: ['pytorch::pytorch=2.5.*'],
          condaChannels: ['conda-forge'],
          pip: ['pandas[excel]', 'torch==2.5.1+cu124', 'name @ https://example.com/name.whl'],
          pipIndexes: ['internal'],
          credentialsSecret: 'netrc',
        },
        env: [{ name: 'MPLBACKEND', value: '$"\\#' }],
        output: { repository: 'r.example/a/b', tag: 'latest', pushSecret: 'push' },
        jupyterHub: { policy: 'Require', hubVersion: '5.3.0', profiles: ['gpu'] },
        verify: [{ name: 'imports', command: ['python', '-c', 'import astropy'], timeoutSeconds: 60 }],
        baseUpdate: { policy: 'Notify', intervalSeconds: 300 },
        build: {
          timeoutSeconds: 86_400,
          retries: 0,
          platform: 'linux/arm64',
          args: [{ name: 'PIP_NO_CACHE_DIR', value: '1' }],
          resources: { requests: { cpu: 1, memory: '500Mi' }, limits: { memory: '4Gi', 'ephemeral-storage': '1e9' } },
          nodeSelector: { 'kubernetes.io/arch': 'arm64' },
          tolerations: [{ key: 'build', operator: 'Equal', value: 'yes', effect: 'NoExecute', tolerationSeconds: 60 }],
          serviceAccountName: 'builder',
        },
        suspend: true,
        historyLimit: 20,
      },
    ],
  ])('accepts %s', async (_, spec) => {
    expect(await dryRun(spec)).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('accepts the samples', async () => {
    const outcome = kubectl(['create', '--dry-run=server', '-o', 'name', '-f', join(root, 'deploy/samples')]);
    expect((await succeed(outcome)).trim().split('\n')).toEqual([
      'imagespec.imagespec.dev/astropy-dockerfile',
      'imagespec.imagespec.dev/astropy',
    ]);
  });
});

const now = '2026-11-23T20:51:18Z';

function condition(type: string, status: ConditionStatus, reason: string, message: string): Condition {
  return { type, status, reason, message, lastTransitionTime: now, observedGeneration: 1 };
}

describe('kubectl', () => {
  const image = `r.example/imagespecs/default/columns@sha256:${'1'.repeat(64)}`;
  const status: ImageSpecStatus = {
    observedGeneration: 1,
    image,
    base: { image: 'jupyter/minimal-notebook', digest: `sha256:${'2'.repeat(64)}`, user: '1000', resolvedTime: now },
    conditions: [
      condition('Ready', 'True', 'BuildSucceeded', 'built in 17 s'),
      condition('Built', 'True', 'ImageReused', ''),
      condition('JupyterHubCompatible', 'Unknown', 'ProbeDisabled', ''),
      condition('Published', 'True', 'PreviousImageServed', ''),
    ],
  };

  beforeAll(async () => {
    await succeed(kubectl(['create', '-f', '-'], manifest('columns', { baseImage: 'jupyter/minimal-notebook' })));
  });

  it('shows an object that nobody has looked at yet as not current', async () => {
    const path = 'jsonpath={.spec} {.status}';
    expect(await succeed(kubectl(['get', 'imgspec', 'columns', '-o', path]))).toBe(
      '{"baseImage":"jupyter/minimal-notebook"} {"observedGeneration":-1}',
    );
  });

  it('prints the columns, more of them when wide', async () => {
    const patch = JSON.stringify({ status });
    await succeed(kubectl(['patch', 'imagespec', 'columns', '--subresource=status', '--type=merge', '-p', patch]));
    const narrow = cells(await succeed(kubectl(['get', 'jupyterhub'])));
    expect(narrow[0]).toEqual(['NAME', 'READY', 'STATUS', 'JUPYTERHUB', 'AGE', 'IMAGE']);
    expect(narrow[1]?.toSpliced(4, 1)).toEqual(['columns', 'True', 'BuildSucceeded', 'ProbeDisabled', image]);
    const wide = cells(await succeed(kubectl(['get', 'imagespecs', '-o', 'wide'])));
    expect(wide[0]?.slice(6)).toEqual(['BASE', 'BUILT', 'PUBLISHED', 'MESSAGE']);
    expect(wide[1]?.slice(6)).toEqual([
      'jupyter/minimal-notebook',
      'ImageReused',
      'PreviousImageServed',
      'built in 17 s',
    ]);
  });

  it.each([
    ['imagespec', 'imagespec.dev/rebuild'],
    ['imagespec.spec.packages.pip', 'PEP 508'],
    ['imagespec.spec.jupyterHub.policy', 'Require: an image that JupyterHub cannot launch is not Ready'],
    ['imagespec.spec.build.resources.limits', 'may use at most'],
    ['imagespec.status.conditions.reason', 'One word for programs'],
  ])('explains %s', async (field, text) => {
    const explained = await succeed(kubectl(['explain', field]));
    expect(explained.replaceAll(/\s+/g, ' ')).toContain(text);
  });
});

/** Rows and cells of a table that kubectl printed; no cell here is empty. */
function cells(table: string): readonly string[][] {
  return table
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().split(/ {2,}/));
}
