import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Candidate } from '../../src/jupyterhub/candidate.ts';
import { type Destination, profileList } from '../../src/jupyterhub/profileList.ts';
import { pythonWith } from '../../tools/cluster/artifacts/python.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { eventually } from '../../tools/eventually.ts';
import { type Kubectl, kubectlOf, succeed } from '../integration/kubectl.ts';
import { writeServiceAccountKubeconfig } from '../integration/service-account.ts';
import { Hub, type Request, type User } from './kubespawner/hub.ts';

/** The snippet for the Hub in a real KubeSpawner. It reads from a real API server with the rights of rbac-hub.yaml. */
const root = join(import.meta.dirname, '..', '..');

const ann: User = { name: 'ann', groups: ['vision', 'people'], admin: false };
const bob: User = { name: 'bob', groups: ['people'], admin: false };
const root1: User = { name: 'root', groups: [], admin: true };

const destination: Destination = {
  namespace: 'jupyterhub',
  configMap: 'imagespec-profiles',
  namespaces: [],
  selector: {},
  pullSecret: 'hub-pull',
  groups: ['{namespace}'],
};

const astro: Candidate = {
  namespace: 'vision',
  name: 'astro',
  createdAt: 0,
  labels: {},
  displayName: '<script>alert("Astronomy")</script>',
  description: 'R&D',
  machines: ['small', 'large'],
  image: `registry.example.com/astro@sha256:${'1'.repeat(64)}`,
  state: 'compatible',
};
const building: Candidate = { ...astro, name: 'soon', displayName: 'Soon', image: null, state: 'building' };

const machines = [
  { name: 'small', displayName: 'Small', description: '', kubespawnerOverride: { mem_limit: '1G' } },
  { name: 'large', displayName: 'Large', description: '64 GB', kubespawnerOverride: { mem_limit: '64G' } },
];

let cluster: LightCluster;
let kubectl: Kubectl;
let folder: string;
let python: string;
let kubeconfig: string;
const hubs: Hub[] = [];

beforeAll(async () => {
  python = await pythonWith('jupyterhub-5', ['jupyterhub==5.5.4', 'jupyterhub-kubespawner==7.1.0']);
  folder = await mkdtemp(join(tmpdir(), 'hub-profiles-'));
  cluster = await startLight('hub-profiles');
  kubectl = kubectlOf(cluster.kubectl);
  await succeed(kubectl(['create', 'namespace', 'jupyterhub']));
  const hub = { namespace: 'jupyterhub', name: 'hub' };
  await succeed(kubectl(['create', 'serviceaccount', hub.name, '-n', hub.namespace]));
  await succeed(kubectl(['create', '-f', join(root, 'deploy', 'jupyterhub', 'rbac-hub.yaml')]));
  kubeconfig = await writeServiceAccountKubeconfig(
    join(folder, 'hub'),
    { kubeconfig: cluster.kubeconfig, kubectl },
    hub,
  );
}, 600_000);

afterAll(async () => {
  for (const hub of hubs) {
    hub.end();
  }
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

function startHub(own: object = {}, env: Readonly<Record<string, string>> = {}): Hub {
  // KubeSpawner's 3 s for a request are too short for a process's first one on a busy machine.
  const hub = new Hub(
    python,
    { k8s_api_request_timeout: 40, ...own },
    { KUBECONFIG: kubeconfig, POD_NAMESPACE: 'jupyterhub', ...env },
  );
  hubs.push(hub);
  return hub;
}

async function publish(data: Readonly<Record<string, string>>, name = 'imagespec-profiles'): Promise<void> {
  const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'jupyterhub' }, data };
  // Not `apply`: its annotation would hold the content a second time.
  await kubectl(['delete', 'configmap', name, '-n', 'jupyterhub', '--ignore-not-found']);
  await succeed(kubectl(['create', '-f', '-'], JSON.stringify(manifest)));
}

function publishCandidates(...candidates: readonly Candidate[]): Promise<void> {
  return publish(profileList(destination, machines, candidates).data);
}

const title = '&lt;script&gt;alert(&quot;Astronomy&quot;)&lt;/script&gt;';

describe('the page', () => {
  it('shows what a user may have after what the Hub starts by itself, and no markup of users', async () => {
    await publishCandidates(building, astro);
    const hub = startHub();
    expect(await hub.titles(ann)).toEqual(['Default', title, 'Soon (is not ready yet)']);
    expect(await hub.titles(bob)).toEqual(['Default']);
    expect(await hub.titles(root1)).toEqual(['Default', title, 'Soon (is not ready yet)']);
    const { html = '' } = await hub.ask(ann, { do: 'page' });
    expect(html).toContain('R&amp;D (vision/astro)');
    expect(html).not.toContain('alert("');
    expect(html.indexOf('value="hub-default"\n               checked')).toBeGreaterThan(0);
  });

  it("keeps the Hub's own profiles first, and theirs the default", async () => {
    await publishCandidates(astro);
    const own = { display_name: 'Own', slug: 'own', kubespawner_override: { image: 'own:1' } };
    const hub = startHub({ profile_list: [own, { ...own, display_name: 'Other', slug: 'other' }] });
    expect(await hub.titles(ann)).toEqual(['Own', 'Other', title]);
    expect(await hub.ask(ann, { do: 'start', options: {} })).toMatchObject({ image: 'own:1' });
  });

  it('marks what cannot be selected in the form', async () => {
    await publishCandidates(astro, building);
    const { html = '' } = await startHub().ask(ann, { do: 'page' });
    expect(html).toContain('for (const slug of ["vision_soon"])');
    expect(html).toContain('input.disabled = true');
  });

  it("leaves a Hub's own template alone", async () => {
    await publishCandidates(astro, building);
    const hub = startHub({ profile_form_template: '{% for p in profile_list %}[{{ p.slug }}]{% endfor %}' });
    expect(await hub.ask(ann, { do: 'page' })).toEqual({ html: '[hub-default][vision_astro][vision_soon]' });
  });

  it('can be printed as JSON by a template, as some do', async () => {
    await publishCandidates(astro, building);
    const hub = startHub({ profile_form_template: '{{ profile_list | tojson }}' });
    expect((await hub.ask(ann, { do: 'page' })).html).toContain('vision_soon');
  });

  it('follows the ConfigMap without a restart: new images, no images, new images', async () => {
    await publishCandidates(astro);
    const hub = startHub();
    expect(await hub.titles(ann)).toHaveLength(2);
    const until = (count: number) =>
      eventually(`${count} titles`, 40, async () => ((await hub.titles(ann)).length === count ? true : undefined));
    await publishCandidates(astro, { ...astro, name: 'torch', displayName: 'Torch' });
    await until(3);
    await succeed(kubectl(['delete', 'configmap', 'imagespec-profiles', '-n', 'jupyterhub']));
    await until(1);
    await publishCandidates(astro);
    await until(2);
  });
});

describe('a start', () => {
  it('has image, pull secret and machine', async () => {
    await publishCandidates(astro);
    const hub = startHub({ image_pull_secrets: ['of-the-hub'] });
    const chosen = { profile: ['vision_astro'] };
    const form = { ...chosen, 'profile-option-vision_astro--machine': ['large'] };
    expect(await hub.ask(ann, { do: 'submit', form })).toMatchObject({
      image: astro.image,
      imagePullSecrets: ['of-the-hub', { name: 'hub-pull' }],
      memoryLimit: 64 * 2 ** 30,
    });
    expect(await hub.ask(ann, { do: 'link', query: chosen })).toMatchObject({
      image: astro.image,
      memoryLimit: 2 ** 30,
    });
    expect(await hub.ask(ann, { do: 'submit', form: {} })).toMatchObject({ imagePullSecrets: ['of-the-hub'] });
  });

  it.each([
    ['by the form', { do: 'submit', form: { profile: ['vision_soon'] } }],
    ['by a link', { do: 'link', query: { profile: ['vision_soon'] } }],
    ['by the API', { do: 'start', options: { profile: 'vision_soon' } }],
  ] satisfies [string, Request][])('is refused %s while the image is not ready', async (_, request) => {
    await publishCandidates(building);
    expect(await startHub().ask(ann, request)).toEqual({
      refused: 409,
      message: 'The image vision/soon is not ready yet: choose another, or try again later.',
    });
  });

  it.each([
    ['by the form', { do: 'submit', form: { profile: ['vision_astro'] } }],
    ['by the API', { do: 'start', options: { profile: 'vision_astro' } }],
  ] satisfies [string, Request][])(
    "is refused %s with another group's image, which is not even named",
    async (_, request) => {
      await publishCandidates(astro);
      expect((await startHub().ask(bob, request)).failed).toBe(
        'ValueError: No such profile: vision_astro. Options include: hub-default',
      );
    },
  );
});

describe('a Hub whose list is not as it should be', () => {
  it('starts what it always did when there is no ConfigMap', async () => {
    await kubectl(['delete', 'configmap', 'imagespec-profiles', '-n', 'jupyterhub', '--ignore-not-found']);
    const hub = startHub({ image: 'site:1' });
    expect(await hub.titles(ann)).toEqual(['Default']);
    expect(await hub.ask(ann, { do: 'start', options: {} })).toMatchObject({ image: 'site:1' });
  });

  it('does so when it may not read it, and says so in its log', async () => {
    const hub = startHub({}, { IMAGESPEC_CONFIGMAPS: 'forbidden' });
    expect(await hub.titles(ann)).toEqual(['Default']);
    await eventually('it is logged', 40, async () =>
      Promise.resolve(hub.log.includes('ConfigMap jupyterhub/forbidden cannot be read: 403') ? true : undefined),
    );
  });

  it('keeps what it knew when the content is broken', async () => {
    await publishCandidates(astro);
    const hub = startHub();
    expect(await hub.titles(ann)).toHaveLength(2);
    await publish({ 'profile_list.json': '[{"slug":' });
    await eventually('it is logged', 40, async () => {
      expect(await hub.titles(ann)).toHaveLength(2);
      return hub.log.includes('cannot be read: JSONDecodeError') ? true : undefined;
    });
  });

  it('leaves out a broken entry, and no other', async () => {
    const { data } = profileList(destination, machines, [astro]);
    const entries: unknown[] = JSON.parse(data['profile_list.json'] ?? '');
    await publish({ 'profile_list.json': JSON.stringify([{ slug: 'x' }, 7, ...entries]) });
    expect(await startHub().titles(ann)).toEqual(['Default', title]);
  });
});
