import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { cached } from '../../../tools/cluster/artifacts/cache.ts';
import { run } from '../../../tools/cluster/artifacts/run.ts';

/** Python environments as images have them, each with a real jupyterhub from the package index. */
const environments = {
  '6': ['jupyterhub==6.0.0b1', 'jupyter_server==2.21.1'],
  '5': ['jupyterhub==5.5.4', 'jupyterlab==4.6.6'],
  '4': ['jupyterhub==4.1.6', 'jupyter_server==2.21.1'],
  '2': ['jupyterhub==2.3.1', 'jupyter_server==2.21.1'],
} as const;

/** Name of an environment: the major version of its jupyterhub. */
export type EnvironmentName = keyof typeof environments;

const names: readonly EnvironmentName[] = ['6', '5', '4', '2'];

/** The folder of an environment, made when it is not in the cache. Its programs work wherever it is put. */
async function environment(name: EnvironmentName): Promise<string> {
  const python = await systemPython();
  const packages = environments[name];
  return cached(`singleuser-${name}`, ['1', await run(python, ['--version']), ...packages], async (draft) => {
    await run(python, ['-m', 'venv', draft]);
    const bin = join(draft, 'bin');
    await run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--no-input', ...packages]);
    for (const program of await readdir(bin)) {
      const text = await readFile(join(bin, program), 'utf8');
      if (text.startsWith(`#!${draft}`)) {
        await writeFile(join(bin, program), text.replace(/^#!.*/, '#!/usr/bin/env python3'));
      }
    }
  });
}

/** Makes all environments that are not in the cache: some minutes, once. */
export async function prepareEnvironments(): Promise<void> {
  for (const name of names) {
    await environment(name);
  }
}

/** The system's Python, which every user may run; else the first one. */
function systemPython(): Promise<string> {
  return run('/usr/bin/python3', ['-c', 'import ensurepip, venv']).then(
    () => '/usr/bin/python3',
    () => 'python3',
  );
}

/** Root can put an environment where another user sees it, and become that user. */
const isRoot = process.getuid?.() === 0;
const [launchUser, launchGroup] = [1000, 100];

/** The launched program, in a folder that stands for an image's file system. */
export interface Launched {
  /** Where the environment is for the launched program. */
  readonly environment: string;
  readonly home: string;
}

export interface LaunchOptions {
  readonly environment: EnvironmentName;
  /** The program and its arguments. */
  readonly argv: (at: Launched) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Jupyter's configuration in an image. */
  readonly configuration?: string;
}

/** A server that runs as a user without any right, with an empty home. */
export interface RunningServer {
  readonly home: string;
  readonly ended: Promise<{ readonly exitCode: number; readonly log: string }>;
  /** The output so far. */
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server as the kubelet would start an image: nothing of this machine's environment, an empty home, and, where
 * this process is root, another user's identity.
 */
export async function startServer(options: LaunchOptions): Promise<RunningServer> {
  const source = await environment(options.environment);
  const folder = await mkdtemp(join(tmpdir(), 'imagespec-launch-'));
  const at: Launched = { environment: isRoot ? join(folder, 'environment') : source, home: join(folder, 'home') };
  const configuration = join(folder, 'configuration');
  for (const made of [at.environment, at.home, configuration]) {
    await mkdir(made, { recursive: true });
  }
  await chmod(folder, 0o755);
  await chmod(at.home, 0o777);
  await writeFile(join(configuration, 'jupyter_server_config.py'), options.configuration ?? '');
  const env = {
    PATH: `${join(at.environment, 'bin')}:/usr/bin:/bin`,
    HOME: at.home,
    JUPYTER_CONFIG_DIR: configuration,
    ...options.env,
  };
  const argv = options.argv(at);
  const child = isRoot
    ? spawn('unshare', ['--mount', 'sh', '-c', asOtherUser, 'sh', source, at.environment, ...argv], {
        env,
        cwd: at.home,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
    : spawn(argv[0] ?? '', argv.slice(1), { env, cwd: at.home, stdio: ['ignore', 'pipe', 'pipe'] });
  return watched(child, folder, at.home);
}

/** A folder to bind, the place where, and the program. */
const asOtherUser = `/bin/mount --bind "$1" "$2" || exit 99; shift 2
exec /usr/bin/setpriv --reuid ${launchUser} --regid ${launchGroup} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all -- "$@"`;

function watched(child: ChildProcess, folder: string, home: string): RunningServer {
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      log += chunk.toString('utf8');
    });
  }
  const ended = new Promise<{ exitCode: number; log: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 137, log }));
  });
  return {
    home,
    ended,
    log: () => log,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
