import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { ImageSpecSpec, ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import type { LocalCluster } from '../cluster/cluster.ts';
import { attach } from '../cluster/supervised.ts';
import { type Kubectl, kubectlOf, succeed } from '../integration/kubectl.ts';
import { eventually } from '../support/eventually.ts';

/** Everything here is real: node, kubelet, containerd, Kaniko, registry and the operator as a Deployment of its own image. */
let cluster: LocalCluster;
let kubectl: Kubectl;

const samples = join(import.meta.dirname, '..', '..', 'deploy', 'samples');
const buildSeconds = 420;

beforeAll(async () => {
  const found = await attach(inject('cluster'));
  if (found?.provider !== 'local') {
    throw new Error('the set-up started no node');
  }
  cluster = found;
  kubectl = kubectlOf(cluster.kubectl);
});

async function apply(name: string, spec: ImageSpecSpec): Promise<void> {
  const manifest = { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata: { name }, spec };
  await succeed(kubectl(['apply', '-f', '-'], JSON.stringify(manifest)));
}

/** Waits until Ready is True or False. */
function settled(name: string): Promise<ImageSpecStatus> {
  return eventually(`${name} is built or failed`, buildSeconds, async () => {
    const { status }: { status?: ImageSpecStatus } = JSON.parse(
      await succeed(kubectl(['get', 'imagespec', name, '-o', 'json'])),
    );
    const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
    return status !== undefined && (ready === 'True' || ready === 'False') ? status : undefined;
  });
}

function readyReason(status: ImageSpecStatus): string | undefined {
  return status.conditions?.find(({ type }) => type === 'Ready')?.reason;
}

/** Runs a command in an image as a Hub's user would: uid 1000, no rights, an empty volume on the home. */
async function runAsUser(name: string, image: string, command: readonly string[]): Promise<string> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: {
        runAsUser: 1000,
        runAsNonRoot: true,
        fsGroup: 100,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: 'user',
          image,
          command,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'home', mountPath: '/home/jovyan' }],
        },
      ],
      volumes: [{ name: 'home', emptyDir: {} }],
    },
  };
  await succeed(kubectl(['create', '-f', '-'], JSON.stringify(pod)));
  const phase = await eventually(`Pod ${name} ends`, buildSeconds, async () => {
    const printed = await succeed(kubectl(['get', 'pod', name, '-o', 'jsonpath={.status.phase}']));
    return printed === 'Succeeded' || printed === 'Failed' ? printed : undefined;
  });
  return `${phase}: ${await succeed(kubectl(['logs', name]))}`;
}

describe("the guideline's two ways", () => {
  beforeAll(() => succeed(kubectl(['apply', '-f', samples])));

  it.each(['astropy', 'astropy-dockerfile'])('%s is built, pulled by digest, and imports as uid 1000', async (name) => {
    const status = await settled(name);
    expect(readyReason(status)).toBe('BuildSucceeded');
    expect(status.image).toMatch(/@sha256:[0-9a-f]{64}$/);
    const output = await runAsUser(`try-${name}`, status.image ?? '', [
      'python',
      '-c',
      'import astropy, os; print(astropy.__version__, os.getuid())',
    ]);
    expect(output).toMatch(/^Succeeded: \d+\.\d+\S* 1000\s*$/);
  });
});

describe('what goes wrong', () => {
  it('an ImageSpec with neither base nor Dockerfile is refused at admission', async () => {
    const manifest = {
      apiVersion: 'imagespec.dev/v1alpha1',
      kind: 'ImageSpec',
      metadata: { name: 'neither' },
      spec: {},
    };
    const { exitCode, stderr } = await kubectl(['create', '-f', '-'], JSON.stringify(manifest));
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain('exactly one of baseImage');
  });

  it('a base that does not exist is named', async () => {
    await apply('no-base', { baseImage: 'jupyter/nothing-here' });
    const status = await settled('no-base');
    expect(readyReason(status)).toBe('BaseImageNotFound');
    expect(status.failure?.message).toContain('jupyter/nothing-here');
  });

  it('a package that does not exist is named, with its place and the log, and tried once', async () => {
    await apply('no-package', {
      baseImage: 'jupyter/minimal-notebook',
      packages: { pip: ['astropyy-does-not-exist'] },
    });
    const status = await settled('no-package');
    expect(status.failure).toMatchObject({ reason: 'PackageNotFound', packages: ['astropyy-does-not-exist'] });
    expect(status.failure?.message).toContain('packages.pip[0]');
    expect(status.failure?.log).toContain('No matching distribution found for astropyy-does-not-exist');
    expect(status.build?.attempt).toBe(1);
  });
});

describe('a registry with authentication and TLS', () => {
  it('takes the push with a Secret that no RUN step can find', async () => {
    const { host, username, password } = cluster.registries.secured;
    await succeed(
      kubectl([
        'create',
        'secret',
        'docker-registry',
        'push',
        `--docker-server=${host}`,
        `--docker-username=${username}`,
        `--docker-password=${password}`,
      ]),
    );
    const password64 = Buffer.from(`${username}:${password}`).toString('base64');
    const part = password64.slice(4, -4);
    // A step that finds the credential anywhere fails the build. The bracket keeps the pattern from finding itself.
    const look = `RUN ! grep -r -s -e '[${part.slice(0, 1)}]${part.slice(1)}' /imagespec /kaniko/.docker /proc/1/environ`;
    await apply('secured', {
      dockerfile: `FROM jupyter/minimal-notebook\nUSER root\n${look}\nUSER 1000\n`,
      output: { repository: `${host}/secured/astro`, pushSecret: 'push' },
    });
    const status = await settled('secured');
    expect(status.failure).toBeUndefined();
    expect(readyReason(status)).toBe('BuildSucceeded');
    expect(status.image).toContain(`${host}/secured/astro@sha256:`);
  });

  it('says so when nobody may push', async () => {
    await apply('no-secret', {
      baseImage: 'jupyter/minimal-notebook',
      output: { repository: `${cluster.registries.secured.host}/secured/other` },
    });
    const status = await settled('no-secret');
    expect(readyReason(status)).toBe('PushUnauthorized');
    expect(status.build?.jobName).toBeUndefined();
  });
});
