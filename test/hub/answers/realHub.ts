import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HubVersion, jupyterHub } from '../../../tools/cluster/artifacts/jupyterhub.ts';
import { freePorts } from '../../../tools/cluster/free-ports.ts';
import { httpGet } from '../../../tools/cluster/http.ts';
import { startComponent, untilReady } from '../../../tools/cluster/supervision/component.ts';
import type { Tokens } from '../../support/recorded/hubAnswers.ts';

/** A real Hub with the user `probe`, whose server has been started and never answers. */
export interface RealHub {
  readonly url: string;
  readonly tokens: Tokens;
  /** The variables that the Hub gives the server. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

const readyMs = 120_000;

/** Starts it. It needs no cluster. */
export async function startRealHub(version: HubVersion): Promise<RealHub> {
  const folder = await mkdtemp(join(tmpdir(), 'imagespec-hub-'));
  const [hubPort = 0, publicPort = 0] = await freePorts('127.0.0.1', 2);
  const url = `http://127.0.0.1:${hubPort}`;
  const apiToken = randomBytes(16).toString('hex');
  const envFile = join(folder, 'env.json');
  const hub = await startComponent(folder, {
    name: 'jupyterhub',
    command: await jupyterHub(version),
    args: ['-m', 'jupyterhub', '--config', join(import.meta.dirname, 'hub_config.py')],
    env: {
      ...process.env,
      HUB_URL: url,
      PUBLIC_URL: `http://127.0.0.1:${publicPort}/`,
      API_TOKEN: apiToken,
      ENV_FILE: envFile,
    },
  });
  const stop = async () => {
    await hub.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(
      hub,
      async () => {
        const { status } = await httpGet(`${url}/hub/health`);
        return status === 200 ? undefined : `/hub/health answers ${status}`;
      },
      readyMs,
    );
    const post = async (path: string): Promise<unknown> => {
      const headers = { authorization: `token ${apiToken}` };
      const response = await fetch(`${url}/hub/api${path}`, { method: 'POST', headers });
      const text = await response.text();
      return text === '' ? null : JSON.parse(text);
    };
    await post('/users/probe');
    await post('/users/other');
    await post('/users/probe/server');
    const env: Readonly<Record<string, string>> = await readWhenThere(envFile);
    const made = await post('/users/probe/tokens');
    const user = made !== null && typeof made === 'object' && 'token' in made ? String(made.token) : '';
    return { url, env, tokens: { server: env['JUPYTERHUB_API_TOKEN'] ?? '', user }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function readWhenThere(path: string): Promise<Readonly<Record<string, string>>> {
  const until = Date.now() + readyMs;
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.endsWith('}')) {
      return JSON.parse(text);
    }
    if (Date.now() > until) {
      throw new Error('the Hub has started no server');
    }
    await sleep(50);
  }
}
