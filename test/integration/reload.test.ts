import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePorts } from '../../tools/cluster/free-ports.ts';
import { eventually } from '../../tools/eventually.ts';
import { succeed } from './kubectl.ts';
import { openPlace, type Place } from './place.ts';
import { readImageSpec } from './statuses.ts';

/** The operator as a process whose file changes under it. */
const program = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const address = '127.0.0.1';
let place: Place;
let folder: string;
let operator: ChildProcess;
let port: number;
let log = '';

beforeAll(async () => {
  place = await openPlace('reload');
  folder = await mkdtemp(join(tmpdir(), 'imagespec-reload-'));
  [port = 0] = await freePorts(address, 1);
  await settings('');
  operator = spawn(process.execPath, [program, 'operator', '--log-format=json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      KUBECONFIG: place.cluster.kubeconfig,
      IMAGESPEC_CONFIG: join(folder, 'config.yaml'),
      IMAGESPEC_HEALTH_PORT: String(port),
      IMAGESPEC_LEASE_NAME: 'reload',
      POD_NAMESPACE: place.namespace,
      POD_NAME: 'reload',
    },
  });
  operator.stdout?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const manifest = {
    apiVersion: 'imagespec.dev/v1alpha1',
    kind: 'ImageSpec',
    metadata: { name: 'astro' },
    spec: { baseImage: 'registry.invalid/minimal-notebook', build: { timeoutSeconds: 600 } },
  };
  await succeed(place.kubectl(['apply', '-f', '-'], JSON.stringify(manifest)));
});

afterAll(async () => {
  const ended = once(operator, 'exit');
  operator.kill('SIGTERM');
  await ended;
  await place.admin.close();
  await rm(folder, { recursive: true, force: true });
});

/** Replaces the file, as the kubelet does. */
async function settings(text: string): Promise<void> {
  const least = `watch: {namespaces: [${place.namespace}]}\nimages: {operator: "example.com/operator:1"}\n`;
  await writeFile(join(folder, 'next'), least + text);
  await rename(join(folder, 'next'), join(folder, 'config.yaml'));
}

async function reasonIs(reason: string): Promise<void> {
  await eventually(`Ready is ${reason}`, 60, async () => {
    const { status } = await readImageSpec(place.admin, place.namespace, 'astro');
    return status?.conditions?.find(({ type }) => type === 'Ready')?.reason === reason ? true : undefined;
  });
}

async function metric(name: string): Promise<string | undefined> {
  const answer = await fetch(`http://${address}:${port}/metrics`).catch(() => undefined);
  const lines = (await answer?.text())?.split('\n') ?? [];
  return lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1);
}

it('takes a changed configuration in the same process, keeps it when the next one is wrong, and takes the one after', async () => {
  await reasonIs('OutputNotConfigured');
  const { pid } = operator;
  await settings(
    'output: {repositoryTemplate: "registry.invalid/{namespace}/{name}"}\nbuild: {ceilings: {timeoutSeconds: 60}}\n',
  );
  await reasonIs('PolicyViolation');
  await settings('output: {repositoryTemplate: "registry.invalid/{namespace}/{name}"}\nbuild: {retries: 99}\n');
  await eventually('it is refused', 60, async () =>
    (await metric('imagespec_config_current')) === '0' ? true : undefined,
  );
  expect(log).toContain('line 4: build.retries');
  await reasonIs('PolicyViolation');
  await settings('');
  await reasonIs('OutputNotConfigured');
  expect(await metric('imagespec_config_current')).toBe('1');
  expect(await metric('imagespec_leader')).toBe('1');
  expect([operator.pid, operator.exitCode]).toEqual([pid, null]);
});
