import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse.ts';
import { type Connection, connect } from '../../../src/kubernetes/client/connection.ts';
import { systemClock } from '../../../src/kubernetes/clock.ts';
import { Publisher, publishPace } from '../../../src/reconcile/publish/publisher.ts';
import { type Following, follow } from '../../../src/reconcile/watched/caches.ts';
import { eventually } from '../../../tools/eventually.ts';
import { typed } from '../../support/apiserver/typed.ts';
import { type Kubectl, succeed } from '../kubectl.ts';
import { apiServer } from '../place.ts';
import { writeServiceAccountKubeconfig } from '../service-account.ts';
import { createImageSpec, imageOf, proven, setStatus } from '../statuses.ts';

/**
 * The publisher against a real API server, with no more rights than deploy/ gives. The tests write the statuses of the
 * ImageSpecs, as the operator's other controller would.
 */
const root = join(import.meta.dirname, '..', '..', '..');
const list = { name: 'imagespec-profiles', namespace: 'jupyterhub' } as const;
const taken = { name: 'taken', namespace: 'lab' } as const;

const settings = `
images: {operator: "example.com/operator:1"}
jupyterHub:
  profiles:
    - {name: small, displayName: Small}
    - {name: gpu, displayName: GPU, kubespawnerOverride: {extra_resource_limits: {nvidia.com/gpu: "1"}}}
  publish:
    - {namespace: jupyterhub, pullSecret: hub-pull, namespaces: [astronomy, many]}
    - {namespace: lab, configMap: taken, selector: {lab: "yes"}}
    - {namespace: nowhere, selector: {nowhere: "yes"}}
`;

interface ConfigMap {
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

interface Entry {
  readonly slug: string;
  readonly state?: string;
  readonly kubespawner_override?: { readonly image: string };
}

let kubectl: Kubectl;
let folder: string;
let admin: Connection;
let operator: Connection;
let following: Following;
let publisher: Publisher;
let writes = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'publish-test-'));
  const server = await apiServer();
  ({ kubectl } = server);
  for (const namespace of ['astronomy', 'audio', 'many', 'jupyterhub', 'lab']) {
    await succeed(kubectl(['create', 'namespace', namespace]));
  }
  await succeed(kubectl(['create', '-f', join(root, 'deploy', 'jupyterhub')]));
  const account = { namespace: 'imagespec-operator-system', name: 'imagespec-operator' };
  await succeed(kubectl(['create', 'configmap', 'taken', '-n', 'lab', '--from-literal=precious=data']));
  // The ConfigMap of `lab` has another name than the Role of deploy/jupyterhub is for.
  const publish = ['create', 'role', 'publish', '-n', 'lab', '--resource=configmaps', '--resource-name=taken'];
  await succeed(kubectl([...publish, '--verb=list,watch,patch']));
  await succeed(kubectl(['create', 'role', 'publish-create', '-n', 'lab', '--resource=configmaps', '--verb=create']));
  const subject = `--serviceaccount=${account.namespace}:${account.name}`;
  await succeed(kubectl(['create', 'rolebinding', 'publish', '-n', 'lab', '--role=publish', subject]));
  await succeed(kubectl(['create', 'rolebinding', 'publish-create', '-n', 'lab', '--role=publish-create', subject]));
  const kubeconfig = await writeServiceAccountKubeconfig(
    join(folder, 'operator'),
    { kubeconfig: server.cluster.kubeconfig, kubectl },
    account,
  );
  admin = connect({ is: 'kubeconfig', path: server.cluster.kubeconfig }, { userAgent: 'test' });
  operator = connect({ is: 'kubeconfig', path: kubeconfig }, { userAgent: 'publisher' });
  const config = parseConfig(settings);
  if (!config.ok) {
    throw new Error(config.failure);
  }
  publisher = new Publisher({
    connection: operator,
    settings: config.value.jupyterHub,
    clock: systemClock,
    log: () => {},
    // A full list is written each second, not each ten seconds.
    pace: { ...publishPace, bytesPerMs: 1000 },
    mayAct: () => true,
    changed: () => {},
    observe: {
      lists: () => {},
      wrote: () => {
        writes += 1;
      },
      failed: () => {},
    },
  });
  following = follow(
    operator,
    systemClock,
    () => {},
    [],
    () => null,
    (key) => publisher.look(key),
  );
  await following.start();
  publisher.start(following.caches);
});

afterAll(async () => {
  await publisher.stop(10_000);
  following.stop();
  await operator.close();
  await admin.close();
  await rm(folder, { recursive: true, force: true });
});

async function read(which: { readonly name: string; readonly namespace: string }): Promise<ConfigMap> {
  const { metadata, data = {} } = await typed(admin).core.readNamespacedConfigMap(which);
  return { resourceVersion: metadata?.resourceVersion ?? '', labels: metadata?.labels ?? {}, data };
}

/** A ConfigMap as kubectl reads it. */
function words({ name, namespace }: { readonly name: string; readonly namespace: string }): readonly string[] {
  return ['configmap', name, '-n', namespace];
}

async function entries(key: string): Promise<readonly Entry[]> {
  const { data } = await read(list);
  return JSON.parse(data[key] ?? '');
}

function offered(slug: string, image: string): Promise<ConfigMap> {
  return eventually(`${slug} is offered with ${image}`, 40, async () => {
    const found = (await entries('profile_list.json')).find((entry) => entry.slug === slug);
    return found?.kubespawner_override?.image === image ? read(list) : undefined;
  });
}

/** Once this is seen, every earlier change has been acted on. */
async function publishAnother(name: string): Promise<ConfigMap> {
  await createImageSpec(admin, 'astronomy', name);
  await setStatus(admin, 'astronomy', name, proven(imageOf('f')));
  // Reported once the write was answered, which may be after others can read it.
  await published('astronomy', name, 'Published');
  return offered(`astronomy_${name}`, imageOf('f'));
}

function published(namespace: string, name: string, reason: string) {
  return eventually(`${name} is ${reason}`, 40, async () => {
    const known = publisher.published(`${namespace}/${name}`);
    return await Promise.resolve(known.is === 'known' && known.reason === reason ? known : undefined);
  });
}

describe('publisher', () => {
  it('offers an image that was proven, and says so', async () => {
    await createImageSpec(admin, 'astronomy', 'astro', {
      spec: { displayName: '<b>Astro</b>', jupyterHub: { profiles: ['gpu'] } },
    });
    await eventually('it is shown', 40, async () =>
      (await entries('unavailable.json')).find(({ slug, state }) => slug === 'astronomy_astro' && state === 'building'),
    );
    expect(await published('astronomy', 'astro', 'BuildNotComplete')).toMatchObject({ status: 'Unknown' });
    await setStatus(admin, 'astronomy', 'astro', proven(imageOf('1')));
    const { labels, data } = await offered('astronomy_astro', imageOf('1'));
    expect(labels).toEqual({ 'app.kubernetes.io/managed-by': 'imagespec-operator' });
    expect(JSON.parse(data['profile_list.json'] ?? '')).toMatchObject([
      {
        display_name: '&lt;b&gt;Astro&lt;/b&gt;',
        groups: ['astronomy'],
        kubespawner_override: { image_pull_secrets: [{ name: 'hub-pull' }] },
        profile_options: { machine: { choices: { gpu: { display_name: 'GPU' } } } },
      },
    ]);
    expect(await published('astronomy', 'astro', 'Published')).toMatchObject({
      status: 'True',
      message: 'in jupyterhub/imagespec-profiles',
    });
  });

  it('serves the image before a worse one, and takes back one that was disproved', async () => {
    await setStatus(admin, 'astronomy', 'astro', proven(imageOf('2'), 'SingleuserMissing', imageOf('1')));
    expect((await published('astronomy', 'astro', 'PreviousImageServed')).message).toContain(imageOf('1'));
    await offered('astronomy_astro', imageOf('1'));
    await setStatus(admin, 'astronomy', 'astro', proven(imageOf('1'), 'VersionIncompatible'));
    await published('astronomy', 'astro', 'NotCompatible');
    expect(await entries('profile_list.json')).toEqual([]);
    await setStatus(admin, 'astronomy', 'astro', proven(imageOf('3')));
    await offered('astronomy_astro', imageOf('3'));
  });

  it('does not write what has not changed', async () => {
    const before = await publishAnother('quiet');
    const written = writes;
    await setStatus(admin, 'astronomy', 'quiet', { ...proven(imageOf('f')), imageSizeBytes: 5 });
    await createImageSpec(admin, 'astronomy', 'job', { spec: { jupyterHub: { policy: 'Skip' } } });
    await createImageSpec(admin, 'audio', 'elsewhere');
    await published('audio', 'elsewhere', 'NotSelected');
    expect((await read(list)).resourceVersion).toBe(before.resourceVersion);
    expect(publisher.published('astronomy/job')).toEqual({ is: 'absent' });
    await publishAnother('loud');
    // Its creation and its image: two changes of the list, or one where they fell together.
    expect(writes - written).toBeLessThanOrEqual(2);
  });

  it('repairs manual changes and deletions, and keeps labels of others', async () => {
    const { data } = await read(list);
    await succeed(kubectl(['label', ...words(list), 'backup=yes']));
    const broken = { data: { 'profile_list.json': '[]', 'more.json': '{}' } };
    await succeed(kubectl(['patch', ...words(list), '--type=merge', '-p', JSON.stringify(broken)]));
    const repaired = await eventually('it is repaired', 40, async () => {
      const now = await read(list);
      return now.data['profile_list.json'] === data['profile_list.json'] ? now : undefined;
    });
    expect(repaired.data).toEqual(data);
    expect(repaired.labels).toMatchObject({ backup: 'yes' });
    await succeed(kubectl(['delete', ...words(list)]));
    const made = await eventually('it is made again', 40, () => read(list));
    expect(made.data).toEqual(data);
  });

  it('leaves a ConfigMap that is not its own, and uses the name once it is free', async () => {
    await createImageSpec(admin, 'audio', 'lab', { labels: { lab: 'yes' } });
    await setStatus(admin, 'audio', 'lab', proven(imageOf('4')));
    const refused = await eventually('it is reported', 40, async () => {
      const known = publisher.published('audio/lab');
      return await Promise.resolve(known.is === 'known' && known.message.includes('did not make') ? known : undefined);
    });
    expect(refused).toMatchObject({ status: 'Unknown', message: expect.stringContaining('lab/taken') });
    expect((await read(taken)).data).toEqual({ precious: 'data' });
    await succeed(kubectl(['delete', ...words(taken)]));
    await published('audio', 'lab', 'Published');
    expect((await read(taken)).data['profile_list.json']).toContain(imageOf('4'));
  });

  it('says where it may not write', async () => {
    await createImageSpec(admin, 'audio', 'nowhere', { labels: { nowhere: 'yes' } });
    await setStatus(admin, 'audio', 'nowhere', proven(imageOf('5')));
    expect(await published('audio', 'nowhere', 'BuildNotComplete')).toMatchObject({
      message: expect.stringContaining('nowhere/imagespec-profiles cannot be written'),
    });
  });

  it('holds what fits in one ConfigMap, and says which do not', async () => {
    // What grows most on its way into the list: a quote becomes six bytes of HTML, and an umlaut is two.
    const description = `${'"'.repeat(900)}${'ü'.repeat(124)}`;
    const names = Array.from({ length: 200 }, (_, index) => `image-${String(index).padStart(4, '0')}`);
    const waiting = names.values();
    const written = writes;
    await Promise.all(
      Array.from({ length: 16 }, async () => {
        for (const name of waiting) {
          const created = await createImageSpec(admin, 'many', name, { spec: { description } });
          await setStatus(admin, 'many', name, proven(imageOf('6')), created);
        }
      }),
    );
    const made = writes - written;
    const outcomes = await eventually('each outcome is reported', 60, async () => {
      const known = names.flatMap((name) => {
        const one = publisher.published(`many/${name}`);
        return one.is === 'known' && one.reason !== 'BuildNotComplete' ? [one.reason] : [];
      });
      return await Promise.resolve(known.length === names.length ? known : undefined);
    });
    const { data } = await read(list);
    const size = Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(size).toBeGreaterThan(990_000);
    expect(size).toBeLessThan(1_048_576);
    const full = outcomes.filter((reason) => reason === 'ListFull').length;
    expect(new Set(outcomes)).toEqual(new Set(['Published', 'ListFull']));
    const shown = (await entries('profile_list.json')).filter(({ slug }) => slug.startsWith('many_'));
    expect(shown).toHaveLength(names.length - full);
    // Changes are gathered: each ImageSpec was written twice, and the list not even once for each.
    expect(made).toBeLessThan(names.length);
  });
});
