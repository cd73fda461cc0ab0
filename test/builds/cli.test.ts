import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageSpecSpec } from '../../src/api/imagespec.generated.ts';
import { eventually } from '../../tools/eventually.ts';
import { succeed } from '../integration/kubectl.ts';
import { openScene, readyReason, type Scene } from '../node/scene.ts';

/** The commands that follow a build, as processes of their own, against a real one. */
const program = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
let scene: Scene;

beforeAll(async () => {
  scene = await openScene('default');
});

/** A command that runs, with what it has printed so far. */
function start(...argv: readonly string[]) {
  const child = spawn(process.execPath, [program, ...argv, '--kubeconfig', scene.cluster.kubeconfig]);
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    printed.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed.err += chunk.toString();
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { printed, code };
}

async function run(...argv: readonly string[]) {
  const command = start(...argv);
  const code = await command.code;
  return { ...command.printed, code };
}

/** Steps that take their time, on a base that is unpacked soon. */
function slowly(word: string): ImageSpecSpec {
  return {
    dockerfile: `FROM debian:bookworm-slim
RUN for number in 1 2 3; do echo ${word} $number; sleep 1; done
RUN echo ${word} > /word
`,
    jupyterHub: { policy: 'Skip' },
  };
}

/** Waits until a command has printed this. */
function printed(command: ReturnType<typeof start>, words: string): Promise<true> {
  return eventually(`"${words}" is printed`, 300, async () => {
    const all = `${command.printed.out}${command.printed.err}`;
    if (all.includes(words)) {
      return true as const;
    }
    throw new Error(all);
  });
}

describe('while it builds', () => {
  it('status --watch shows the stages in their order, and the steps; logs -f, begun before the Pod, what Kaniko prints', async () => {
    await scene.apply('followed', { ...slowly('followed'), suspend: true });
    await eventually('it is suspended', 60, async () => {
      const reason = await succeed(
        scene.kubectl([
          'get',
          'imagespec',
          'followed',
          '-o',
          'jsonpath={.status.conditions[?(@.type=="Ready")].reason}',
        ]),
      );
      return reason === 'Suspended' ? true : undefined;
    });
    await scene.apply('followed', { ...slowly('followed'), suspend: false });
    const [status, logs] = [start('status', 'followed', '--watch'), start('logs', 'followed', '-f')];
    const ends = [await status.code, await logs.code];
    expect(ends).toEqual([0, 0]);

    const order = [
      /^ {2}base done: debian:bookworm-slim is sha256:/m,
      /^ {2}build running: step 1 of 2: RUN for number in 1 2 3/m,
      /^ {2}build running: step 2 of 2: RUN echo followed/m,
      /^ {2}build done after .*: 2 steps$/m,
      /^default\/followed: BuildSucceeded$/m,
      /^image {2}\S+@sha256:[0-9a-f]{64}$/m,
    ].map((pattern) => status.printed.out.search(pattern));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));

    expect(logs.printed.out).toMatch(/level=info msg="RUN echo followed > \/word"/);
    expect(logs.printed.out).toContain('followed 1\nfollowed 2\nfollowed 3\n');
    expect(logs.printed.err).toMatch(/--- build 1, attempt 1, build\n[^]*--- build 1, attempt 1, push\n/);
    expect(logs.printed.err).toContain('--- BuildSucceeded: ');
  });

  it('status of a finished build has its steps; logs prints it once more', async () => {
    const { code, out } = await run('status', 'followed');
    expect(code).toBe(0);
    expect(out).toMatch(/^ 1\/2 +done +\d+ s +RUN for number in 1 2 3/m);
    expect((await run('logs', 'followed')).out).toContain('followed 1\nfollowed 2\nfollowed 3\n');
  });

  it('reports a failing step with its log', async () => {
    await scene.apply('broken', {
      dockerfile: 'FROM debian:bookworm-slim\nRUN echo no luck; exit 7\n',
      jupyterHub: { policy: 'Skip' },
    });
    const logs = start('logs', 'broken', '-f');
    const { code, out } = await run('status', 'broken', '--watch');
    expect(code).toBe(1);
    expect(out).toContain('  build failed');
    expect(out).toContain('  | no luck\n');
    expect(await logs.code).toBe(1);
    expect(logs.printed.err).toContain('--- RunFailed: ');
  });
});

it('logs -f goes on with the next attempt when the Job of the first is deleted, and says so', async () => {
  await scene.apply('deleted-job', {
    dockerfile: 'FROM debian:bookworm-slim\nRUN echo begun; sleep 15; echo well ended\n',
    jupyterHub: { policy: 'Skip' },
  });
  const logs = start('logs', 'deleted-job', '-f');
  await printed(logs, 'begun\n');
  const job = ['get', 'imagespec', 'deleted-job', '-o', 'jsonpath={.status.build.jobName}'];
  await succeed(scene.kubectl(['delete', 'job', await succeed(scene.kubectl(job))]));
  expect(await logs.code).toBe(0);
  expect(logs.printed.err).toMatch(
    /--- build 1, attempt 1, build\n[^]*--- Retrying: [^]*--- build 1, attempt 2, build\n/,
  );
  expect(logs.printed.out).toContain('well ended\n');
});

describe('what people ask for', () => {
  it('retry --wait tries what failed again, and ends as it ends', async () => {
    const { code, out } = await run('retry', 'broken', '--wait');
    expect(out).toContain('the last attempt ended with RunFailed');
    expect(code).toBe(1);
    const status = await scene.settled('broken');
    expect(status.build?.attempt).toBe(2);
    expect(status.build?.reasons).toContain('Retry');
  });

  it('rebuild --wait builds a good image again', async () => {
    const before = await scene.settled('followed');
    const { code, out } = await run('rebuild', 'followed', '--wait');
    expect(out).toContain('default/followed is built again');
    expect(code).toBe(0);
    const status = await scene.settled('followed');
    expect(status.build?.number).toBe((before.build?.number ?? 0) + 1);
    expect(status.build?.reasons).toEqual(['RebuildRequested']);
  });

  it('cancel --wait stops a build that runs, and logs -f says so', async () => {
    await scene.apply('endless', {
      dockerfile: 'FROM debian:bookworm-slim\nRUN echo begun; sleep 600\n',
      jupyterHub: { policy: 'Skip' },
    });
    const logs = start('logs', 'endless', '-f');
    await printed(logs, 'begun\n');
    const { code, out } = await run('cancel', 'endless', '--wait');
    expect(out).toContain('the build of default/endless is stopped');
    expect(code).toBe(0);
    expect(readyReason(await scene.settled('endless'))).toBe('Cancelled');
    expect(await logs.code).toBe(1);
    expect(logs.printed.err).toContain('--- Cancelled: ');
    expect(await run('cancel', 'endless')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no build to cancel'),
    });
  });
});
