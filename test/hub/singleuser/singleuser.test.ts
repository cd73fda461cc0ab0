import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HubSettings } from '../../../src/imagespec/effective.ts';
import { type ProbeOutcome, probeOutcome } from '../../../src/jupyterhub/launch/probeOutcome.ts';
import { type ProbeIdentity, probePod, probeSettingsHash } from '../../../src/jupyterhub/launch/probePod.ts';
import { verdictOf } from '../../../src/jupyterhub/verdict.ts';
import type { ContainerState } from '../../../src/kaniko/run.ts';
import { freePorts } from '../../../tools/cluster/free-ports.ts';
import { image, spec } from '../../support/observations.ts';
import { ended, noon, podState } from '../../support/pods.ts';
import {
  type EnvironmentName,
  type Launched,
  prepareEnvironments,
  type RunningServer,
  startServer,
} from './environments.ts';

/**
 * The `probe` program beside real servers that no image of agreement.test.ts has: a server for a newer Hub, and servers
 * that break during a launch. Needs no cluster.
 */
const main = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');
const started: RunningServer[] = [];

beforeAll(prepareEnvironments, 1_200_000);

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

interface Scene {
  readonly environment: EnvironmentName;
  /** The effect of the image's entrypoint on the Hub's command. */
  readonly entrypoint?: (command: readonly string[], at: Launched) => readonly string[];
  readonly configuration?: string;
}

/**
 * Launches an environment with the arguments and variables of the Pod, beside the real `probe`. The outcome is read from
 * what the containers would show. Only the ports are others, because this machine's are shared.
 */
async function outcomeOf(scene: Scene): Promise<ProbeOutcome> {
  const [port = 0, hubPort = 0] = await freePorts('127.0.0.1', 2);
  const api = `http://127.0.0.1:${hubPort}/hub/api`;
  const hub: HubSettings = {
    ...spec.hub,
    hubVersion: '5.3.0',
    port,
    timeoutSeconds: 110,
    env: [
      { name: 'JUPYTERHUB_API_URL', value: api },
      { name: 'JUPYTERHUB_ACTIVITY_URL', value: `${api}/users/probe/activity` },
    ],
  };
  const settings = probeSettingsHash(hub);
  const identity: ProbeIdentity = {
    role: 'probe',
    image,
    settings,
    attempt: 1,
    command: 'kept',
    trial: 'first',
    request: null,
  };
  const owner = { namespace: 'vision', name: 'astro', uid: 'uid-1' };
  const [inPod, beside] =
    probePod({ owner, identity, hub, pullSecrets: [], platform: spec.platformSettings }).spec?.containers ?? [];
  const command = inPod?.args ?? [];
  const server = await startServer({
    ...scene,
    argv: (at) => scene.entrypoint?.(command, at) ?? command,
    env: Object.fromEntries((inPod?.env ?? []).map(({ name, value }) => [name, value ?? ''])),
  });
  started.push(server);
  const agent = await startAgent(
    (beside?.args ?? []).map((arg) => (arg === '$(POD_IP)' ? '127.0.0.1' : arg)),
    hubPort,
  );
  const first = await Promise.race([
    server.ended.then(() => 'server' as const),
    agent.ended.then(() => 'hub' as const),
  ]);
  // As the operator does, which deletes the Pod.
  agent.stop();
  const serverState: ContainerState =
    first === 'hub' ? { is: 'running', startedAt: noon } : ended((await server.ended).exitCode, '');
  const { exitCode, message } = await agent.ended;
  const hubState: ContainerState = first === 'hub' ? ended(exitCode, message) : { is: 'running', startedAt: noon };
  return probeOutcome({
    hub: { ...hub, homePath: server.home },
    pullSecrets: [],
    log: server.log(),
    pod: podState({ containers: { server: serverState, hub: hubState } }),
  });
}

/** The operator image's program, as its container runs it. */
async function startAgent(args: readonly string[], hubPort: number) {
  const folder = await mkdtemp(join(tmpdir(), 'imagespec-probe-'));
  const termination = join(folder, 'termination');
  const argv = [main, ...args, '--hub-port', String(hubPort), '--termination', termination];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 137)));
  const ended = exited.then(async (exitCode) => {
    const message = await readFile(termination, 'utf8').catch(() => '');
    await rm(folder, { recursive: true });
    return { exitCode, message };
  });
  return { ended, stop: () => child.kill('SIGTERM') };
}

describe('a real jupyterhub-singleuser', () => {
  it.each([
    ['6', '6.0.0b1', 'MajorVersionSkew'],
    ['5', '5.5.4', 'LaunchVerified'],
  ] as const)('of JupyterHub %s is proven', { timeout: 180_000 }, async (environment, version, reason) => {
    const outcome = await outcomeOf({ environment });
    expect(outcome).toMatchObject({ is: 'answered', facts: { singleuserVersion: version } });
    const facts = outcome.is === 'answered' ? outcome.facts : undefined;
    expect(facts?.serverVersion).toMatch(/^\d+\.\d+/);
    expect(facts && verdictOf(facts, { hubVersion: '5.3.0', uid: 1000, source: 'packages' }).reason).toBe(reason);
  });
});

/** Ends the process soon after it has answered. */
const diesAfterStart = `
import os, threading, time, urllib.request
def die():
    url = os.environ["JUPYTERHUB_SERVICE_URL"].replace("0.0.0.0", "127.0.0.1") + "api"
    while True:
        try:
            urllib.request.urlopen(url).read()
            break
        except OSError:
            time.sleep(0.05)
    time.sleep(0.5)
    os._exit(3)
threading.Thread(target=die, daemon=True).start()
`;

const brokenPage = `
from jupyterlab_server.handlers import LabHandler
def get(self, *args, **kwargs):
    raise RuntimeError("the page is broken")
LabHandler.get = get
`;

describe('an environment that the Hub cannot launch', () => {
  const rows: readonly (readonly [string, Scene, string, 'suspect' | 'cleared'])[] = [
    ['a server without a page', { environment: '2' }, 'ServerMissing', 'cleared'],
    [
      'an entrypoint that clears the environment',
      {
        environment: '4',
        entrypoint: (command, { environment, home }) => [
          'env',
          '-i',
          `PATH=${environment}/bin:/usr/bin:/bin`,
          `HOME=${home}`,
          ...command,
        ],
      },
      'LaunchFailed',
      'suspect',
    ],
    [
      'a server that dies after its start',
      { environment: '4', configuration: diesAfterStart },
      'LaunchFailed',
      'cleared',
    ],
    ['a page that is broken', { environment: '5', configuration: brokenPage }, 'LaunchFailed', 'cleared'],
  ];
  it.each(rows)('%s', { timeout: 180_000 }, async (_, scene, reason, entrypoint) => {
    expect(await outcomeOf(scene)).toMatchObject({ is: 'refused', reason, entrypoint });
  });
});
