import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageSpecSpec, ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { connect } from '../../src/kubernetes/client/connection.ts';
import { systemClock } from '../../src/kubernetes/clock.ts';
import { type RunningOperator, startOperator } from '../../src/reconcile/operator.ts';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { debianTools } from '../../tools/cluster/artifacts/debian.ts';
import { type LoopbackRegistry, startRegistry } from '../../tools/cluster/artifacts/registry.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { eventually } from '../../tools/eventually.ts';
import { typed } from '../support/apiserver/typed.ts';
import { type Kubectl, succeed } from './kubectl.ts';
import { openPlace, type Place } from './place.ts';
import { readImageSpec } from './statuses.ts';

/**
 * The operator against a real API server, Job controller and registry. There is no node: `playPod` plays the kubelet
 * and is the one fake here; end-to-end tests have the real one.
 */
let place: Place;
let kubectl: Kubectl;
let registry: LoopbackRegistry;
let operator: RunningOperator;
let folder: string;
let crane: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operator-test-'));
  ({ crane } = await kubernetesBinaries());
  registry = await startRegistry((await debianTools()).path('docker-registry'), folder);
  await pushBase(`${registry.host}/jupyter/minimal-notebook:latest`);
  place = await openPlace('operator');
  ({ kubectl } = place);
  operator = await start([place.namespace]);
});

afterAll(async () => {
  await operator.stop();
  await place.admin.close();
  await registry.stop();
  await rm(folder, { recursive: true, force: true });
});

const layerBytes = 2_000_000;

/** An image of one file, whose user is 1000. */
async function pushBase(reference: string): Promise<void> {
  await writeFile(join(folder, 'content'), randomBytes(layerBytes));
  const layer = join(folder, 'layer.tar');
  await run('tar', ['-C', folder, '-cf', layer, 'content']);
  await run(crane, ['append', '--insecure', '--oci-empty-base', '-f', layer, '-t', reference]);
  await run(crane, ['mutate', '--insecure', '--user=1000', '-t', reference, reference]);
}

/** Starts an operator that serves some namespaces; the one of core and deep suites serves all. */
async function start(
  namespaces: readonly string[],
  repositoryTemplate: string | null = `${registry.host}/imagespecs/{namespace}/{name}`,
): Promise<RunningOperator> {
  const { cluster } = place;
  const config = parseConfig(`
watch: {namespaces: ${JSON.stringify(namespaces)}}
images: {operator: "example.com/operator:1", kaniko: "example.com/kaniko:1"}
jupyterHub: {probe: {mode: Disabled}}
output: {repositoryTemplate: ${JSON.stringify(repositoryTemplate)}}
registries:
  mirrors: [{host: docker.io, mirror: "${registry.host}"}]
  insecure: ["${registry.host}"]
`);
  if (!config.ok) {
    throw new Error(config.failure);
  }
  return startOperator({
    config: config.value,
    connection: connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'test' }),
    leaseConnection: connect({ is: 'kubeconfig', path: cluster.kubeconfig }, { userAgent: 'test', timeoutMs: 3000 }),
    clock: systemClock,
    leaseClock: systemClock,
    log: () => {},
    configState: { isCurrent: true },
    leaseName: 'imagespec-operator',
    namespace: place.namespace,
    instance: 'test',
    health: { host: '127.0.0.1', port: 0 },
    lost: () => {},
  });
}

async function apply(name: string, spec: ImageSpecSpec): Promise<void> {
  const manifest = { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata: { name }, spec };
  await succeed(kubectl(['apply', '-f', '-'], JSON.stringify(manifest)));
}

/** Waits until Ready has this reason for the newest generation. */
function ready(name: string, reason: string, seconds = 40): Promise<ImageSpecStatus> {
  return eventually(`${name} is ${reason}`, seconds, async () => {
    const { metadata, status } = await readImageSpec(place.admin, place.namespace, name);
    const condition = status.conditions?.find(({ type }) => type === 'Ready');
    return condition?.reason === reason && condition.observedGeneration === metadata.generation ? status : undefined;
  });
}

/** Plays the kubelet: the build's Pod ends with this state. A push really reaches the registry. */
async function playPod(job: string, end: 'pushed' | { readonly exitCode: number }): Promise<void> {
  const { namespace } = place;
  const pod = await eventually(`Pod of ${job}`, 40, async () => {
    const { items } = await typed(place.admin).core.listNamespacedPod({ namespace, labelSelector: `job-name=${job}` });
    return items[0]?.metadata?.name;
  });
  const terminated = (exitCode: number, message: string) => ({
    terminated: {
      exitCode,
      message,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      finishedAt: new Date().toISOString(),
    },
  });
  const container = (name: string, state: object) => ({
    name,
    state,
    image: 'x',
    imageID: '',
    ready: false,
    restartCount: 0,
  });
  let status: object;
  if (end === 'pushed') {
    const { spec } = await typed(place.admin).batch.readNamespacedJob({ namespace, name: job });
    const args = spec?.template.spec?.containers[0]?.args ?? [];
    const target = args[args.indexOf('--destination') + 1] ?? '';
    await run(crane, ['copy', '--insecure', `${registry.host}/jupyter/minimal-notebook:latest`, target]);
    const digest = (await run(crane, ['digest', '--insecure', target])).trim();
    const repository = target.slice(0, target.lastIndexOf(':'));
    status = {
      phase: 'Succeeded',
      initContainerStatuses: [container('build', terminated(0, ''))],
      containerStatuses: [container('push', terminated(0, `${repository}@${digest}`))],
    };
  } else {
    status = { phase: 'Failed', initContainerStatuses: [container('build', terminated(end.exitCode, ''))] };
  }
  await succeed(
    kubectl(['patch', 'pod', pod, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]),
  );
}

const astropy = { baseImage: 'jupyter/minimal-notebook', packages: { pip: ['astropy'] } } satisfies ImageSpecSpec;

describe('operator', () => {
  it('turns an ImageSpec into a pushed, confirmed and tagged image', async () => {
    await apply('good', astropy);
    const building = await ready('good', 'Building');
    expect(building.base).toMatchObject({ image: 'jupyter/minimal-notebook', user: '1000' });
    await playPod(building.build?.jobName ?? '', 'pushed');
    const status = await ready('good', 'BuildSucceeded');
    expect(status.image).toMatch(new RegExp(`^${registry.host}/imagespecs/operator/good@sha256:`));
    for (const tag of status.tags ?? []) {
      expect(status.image).toContain((await run(crane, ['digest', '--insecure', tag])).trim());
    }
    expect(status.tags).toHaveLength(2);
    expect(status.imageSizeBytes).toBeGreaterThan(layerBytes);
    const printed = await succeed(kubectl(['get', 'imagespecs', 'good']));
    expect(printed).toMatch(/good\s+True\s+BuildSucceeded\s+ProbeDisabled/);
  });

  it('names a base that does not exist, and serves the next', async () => {
    await apply('nobase', { baseImage: 'jupyter/nothing-here' });
    const status = await ready('nobase', 'BaseImageNotFound');
    expect(status.conditions?.find(({ type }) => type === 'Stalled')).toMatchObject({ status: 'True' });
    expect(status.failure?.message).toContain('jupyter/nothing-here');
    await apply('next', astropy);
    await ready('next', 'Building');
  });

  it('says which entry it refuses', async () => {
    await apply('option', { baseImage: 'jupyter/minimal-notebook', packages: { pip: ['--index-url=https://x'] } });
    expect((await ready('option', 'InvalidSpec')).failure?.message).toContain(
      'spec.packages.pip[0]: "--index-url=https://x" is an option',
    );
  });

  it('says which line of a Dockerfile it refuses', async () => {
    await apply('instruction', { dockerfile: 'FROM jupyter/minimal-notebook\nRUNN true\n' });
    expect((await ready('instruction', 'DockerfileInvalid')).failure?.message).toContain('spec.dockerfile line 2: ');
  });

  it('says that it does not know where to push, until the resource says so', async () => {
    await operator.stop();
    operator = await start([place.namespace], null);
    await apply('homeless', astropy);
    const { conditions } = await ready('homeless', 'OutputNotConfigured');
    expect(conditions?.find(({ type }) => type === 'Stalled')).toMatchObject({ status: 'True' });
    await apply('homeless', { ...astropy, output: { repository: `${registry.host}/team/homeless` } });
    await ready('homeless', 'Building');
    await operator.stop();
    operator = await start([place.namespace]);
  });

  it('waits for a Secret and names it', async () => {
    await apply('secret', { ...astropy, pullSecret: 'never-created' });
    const status = await ready('secret', 'WaitingForSecret');
    expect(status.conditions?.find(({ type }) => type === 'Ready')?.message).toContain('"never-created"');
  });

  it('cancels the running build of an older spec', async () => {
    await apply('edited', astropy);
    const first = await ready('edited', 'Building');
    await apply('edited', { ...astropy, packages: { pip: ['numpy'] } });
    const second = await eventually('another build', 40, async () => {
      const { build } = (await readImageSpec(place.admin, place.namespace, 'edited')).status;
      return build?.jobName === first.build?.jobName ? undefined : build;
    });
    expect(second.number).toBe(2);
    await eventually('the old Job is gone', 40, async () => {
      const { items } = await typed(place.admin).batch.listNamespacedJob({ namespace: place.namespace });
      return items.some(({ metadata }) => metadata?.name === first.build?.jobName) ? undefined : true;
    });
  });

  it('retries a build whose log is lost, because its cause is unknown', async () => {
    await apply('failing', { ...astropy, env: [{ name: 'A', value: '1' }] });
    const { build } = await ready('failing', 'Building');
    // A watch: the state lasts no longer than the pause before the next attempt.
    const state = '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=Retrying';
    const waiting = succeed(kubectl(['wait', 'imagespec/failing', state, '--timeout=40s', '-o', 'json']));
    const [retrying] = await Promise.all([waiting, playPod(build?.jobName ?? '', { exitCode: 1 })]);
    const { status }: { status: ImageSpecStatus } = JSON.parse(retrying);
    expect(status.failure).toMatchObject({ reason: 'BuilderFailed', nextAttemptTime: expect.any(String) });
    expect(status.image).toBeUndefined();
  });

  it('goes on after a restart with what ended meanwhile, and never builds twice', async () => {
    await apply('restarted', { ...astropy, env: [{ name: 'B', value: '1' }] });
    const { build } = await ready('restarted', 'Building');
    await operator.stop();
    await playPod(build?.jobName ?? '', 'pushed');
    operator = await start([place.namespace]);
    const status = await ready('restarted', 'BuildSucceeded');
    expect(status.build).toMatchObject({ number: 1, attempt: 1, jobName: build?.jobName });
  });

  it('serves the namespaces of watch.namespaces and no other', async () => {
    await operator.stop();
    const [served, left] = [['operator-served', 'operator-also-served'], 'operator-left-alone'];
    for (const namespace of [...served, left]) {
      await succeed(kubectl(['create', 'namespace', namespace]));
      const metadata = { name: 'scoped', namespace };
      const manifest = { apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata, spec: astropy };
      await succeed(kubectl(['-n', namespace, 'create', '-f', '-'], JSON.stringify(manifest)));
    }
    operator = await start(served);
    for (const namespace of served) {
      const building = '--for=jsonpath={.status.conditions[?(@.type=="Ready")].reason}=Building';
      await succeed(kubectl(['-n', namespace, 'wait', 'imagespec/scoped', building, '--timeout=40s']));
    }
    const { status } = await readImageSpec(place.admin, left, 'scoped');
    expect(status).toEqual({ observedGeneration: -1 });
  });
});
