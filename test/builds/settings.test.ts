import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAuthority } from '../../tools/cluster/pki.ts';
import { succeed } from '../integration/kubectl.ts';
import { reconfigure } from '../node/configuration.ts';
import { builtImage, openScene, readyReason, type Scene } from '../node/scene.ts';
import { answerNames } from '../support/servers/name-server.ts';
import { type Provider, type ProviderRegistries, startProviders } from '../support/servers/provider-registries.ts';

/** GitLab and Docker Hub are played here, under their own names: neither can be reached with an account of ours. */
const gitlab: Provider = {
  hosts: ['registry.gitlab.com'],
  realm: 'https://gitlab.com/jwt/auth',
  service: 'container_registry',
  username: 'gitlab+deploy-token-1',
  password: 'gldt-read-registry-token',
  stored: (repository, tag) => ({
    repository: 'infuseai/docker-stacks',
    tag: `${repository.replace('infuseai/docker-stacks/', '')}-${tag}`,
  }),
};
const dockerHub: Provider = {
  hosts: ['registry-1.docker.io', 'index.docker.io'],
  realm: 'https://auth.docker.io/token',
  service: 'registry.docker.io',
  username: 'team',
  password: 'dckr_pat_hub-token',
  stored: (repository, tag) => ({ repository, tag }),
};

const samples = join(import.meta.dirname, '..', '..', 'deploy', 'samples');
let scene: Scene;
let providers: ProviderRegistries;
const undo: (() => Promise<void>)[] = [];

beforeAll(async () => {
  scene = await openScene('settings');
  const { plain, secured } = scene.cluster.registries;
  const address = scene.cluster.address.replace(/\.\d+$/, '.1');
  const authority = await openAuthority(dirname(secured.ca), 'ca');
  providers = await startProviders(address, authority, plain.url, [gitlab, dockerHub]);
  undo.push(providers.stop);
  const names = [...gitlab.hosts, 'gitlab.com', ...dockerHub.hosts, 'auth.docker.io'];
  undo.push(await answerNames(scene.cluster, address, names));
  await scene.login('layers', secured);
  undo.push(
    await reconfigure(scene.cluster, {
      build: { pushMode: 'Direct' },
      registries: {
        mirrors: [{ host: 'quay.io', mirror: plain.host }],
        insecure: [plain.host],
        // They stand on this machine, whose address is a private one.
        internal: names,
        pullSecrets: [{ host: 'docker.io', secret: 'docker-hub' }],
      },
      cache: { repositoryTemplate: `${secured.host}/cache/{namespace}`, secret: 'layers' },
    }),
  );
});

afterAll(async () => {
  // Another file asks what this sample says without its Secret.
  await scene.kubectl(['delete', '--ignore-not-found', 'imagespec/astropy-infuseai-gitlab', 'secret/infuseai-gitlab']);
  for (const step of undo.toReversed()) {
    await step();
  }
});

describe('a base of InfuseAI', () => {
  it('on GitLab opens with a read_registry token in spec.pullSecret, and with no other', async () => {
    await scene.login('infuseai-gitlab', { ...gitlab, host: 'registry.gitlab.com', password: 'wrong' });
    await succeed(scene.kubectl(['apply', '-f', join(samples, 'infuseai-gitlab.yaml')]));
    expect(readyReason(await scene.settled('astropy-infuseai-gitlab'))).toBe('BaseImageUnauthorized');
    await succeed(scene.kubectl(['delete', 'imagespec/astropy-infuseai-gitlab', 'secret/infuseai-gitlab']));

    await scene.login('infuseai-gitlab', { ...gitlab, host: 'registry.gitlab.com' });
    await succeed(scene.kubectl(['apply', '-f', join(samples, 'infuseai-gitlab.yaml')]));
    const image = builtImage(await scene.settled('astropy-infuseai-gitlab'));
    const program = 'import astropy; print(astropy.__name__)';
    expect(await scene.runAsUser('try-gitlab', image, ['python', '-c', program])).toBe('Succeeded: astropy\n');
    expect(new Set(providers.granted.map(({ scope }) => scope))).toEqual(
      new Set(['repository:infuseai/docker-stacks/base-notebook:pull']),
    );
  });

  it("on Docker Hub opens with the platform's own Secret for that registry", async () => {
    await scene.login('docker-hub', { ...dockerHub, host: 'docker.io' });
    const sample = await readFile(join(samples, 'infuseai-docker-hub.yaml'), 'utf8');
    await succeed(
      scene.kubectl(['apply', '-f', '-'], sample.replace('name: astropy-infuseai', 'name: hub-with-login')),
    );
    builtImage(await scene.settled('hub-with-login'));
    expect(providers.granted).toContainEqual({
      scope: 'repository:infuseai/docker-stacks:pull',
      username: dockerHub.username,
    });
  });
});

describe('mode Direct and the layer cache', () => {
  it('pushes with the Secret, and takes from the cache what an earlier build has left there', async () => {
    const { secured } = scene.cluster.registries;
    await scene.login('push-direct', secured);
    const spec = (pip: readonly string[]) => ({
      baseImage: 'quay.io/jupyter/minimal-notebook',
      packages: { apt: ['jq'], pip: [...pip] },
      output: { repository: `${secured.host}/direct/astro`, pushSecret: 'push-direct' },
    });
    await scene.apply('direct', spec(['six']));
    const first = await scene.settled('direct');
    expect(builtImage(first)).toContain(`${secured.host}/direct/astro@sha256:`);
    const pod = await succeed(scene.kubectl(['get', 'job', first.build?.jobName ?? '', '-o', 'json']));
    expect(pod).not.toContain('"name":"push"');

    await scene.apply('direct-again', { ...spec(['toolz']), output: { ...spec([]).output, tag: 'again' } });
    const second = await scene.settled('direct-again');
    builtImage(second);
    const log = await succeed(scene.kubectl(['logs', `job/${second.build?.jobName ?? ''}`, '-c', 'build']));
    expect(log).toMatch(/Using caching version of cmd: RUN command -v apt-get/);
  });
});
