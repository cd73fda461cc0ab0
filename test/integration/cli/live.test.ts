import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Condition, ConditionStatus, ImageSpecStatus } from '../../../src/api/imagespec.generated.ts';
import { runCommandLine } from '../../../src/cli/program.ts';
import { eventually } from '../../../tools/eventually.ts';
import { type Kubectl, succeed } from '../kubectl.ts';
import { openPlace, type Place } from '../place.ts';
import { createImageSpec, setStatus } from '../statuses.ts';

/**
 * The commands that follow an ImageSpec, at a real API server. Operator and kubelet are played here by patches of the
 * status, and are the fakes: end-to-end tests have the real ones, and real logs.
 */
let place: Place;
let kubectl: Kubectl;

beforeAll(async () => {
  place = await openPlace('cli-live');
  ({ kubectl } = place);
});

afterAll(() => place.admin.close());

/** A command that runs, and what it has printed so far. */
function start(...argv: readonly string[]) {
  const printed = { out: '', err: '' };
  const scope = ['--kubeconfig', place.cluster.kubeconfig, '--namespace', place.namespace];
  const code = runCommandLine([...argv, ...scope], {
    stdin: Readable.from(['']),
    out: (text) => {
      printed.out += text;
    },
    err: (text) => {
      printed.err += text;
    },
  });
  return { printed, code };
}

type Command = ReturnType<typeof start>;

async function run(...argv: readonly string[]) {
  const command = start(...argv);
  const code = await command.code;
  return { ...command.printed, code };
}

/** Waits until a command has printed this. */
function printed({ printed: seen }: Command, words: string): Promise<boolean> {
  return eventually(`"${words}" is printed`, 40, async () => {
    if (`${seen.out}${seen.err}`.includes(words)) {
      return true;
    }
    throw new Error(`${seen.out}${seen.err}`);
  });
}

async function create(name: string): Promise<string> {
  return (await createImageSpec(place.admin, place.namespace, name)).metadata.uid;
}

const hash = 'a'.repeat(64);
const queued = {
  number: 1,
  attempt: 1,
  inputHash: hash,
  reasons: ['SpecChanged'],
  queuedTime: '2026-11-25T20:00:01Z',
} as const;
const started = { ...queued, startTime: '2026-11-25T20:00:02Z' };

/** Plays the operator, by status and reason of Ready. */
async function play(
  name: string,
  [status, reason]: readonly [ConditionStatus, string],
  more: Partial<ImageSpecStatus> = {},
): Promise<void> {
  const common = { message: `it is ${reason}`, observedGeneration: 1, lastTransitionTime: '2026-11-25T20:00:00Z' };
  const conditions: readonly Condition[] = [
    { type: 'Ready', status, reason, ...common },
    { type: 'BaseResolved', status: 'True', reason: 'Resolved', ...common },
  ];
  await setStatus(place.admin, place.namespace, name, { conditions, ...more });
}

/** Plays operator and kubelet: a Pod with this state of its build container. */
async function playPod(name: string, uid: string, state: object): Promise<void> {
  const identity = { number: 1, attempt: 1, inputHash: hash, repository: 'r', pushMode: 'Isolated', settings: hash };
  const labels = { 'imagespec.dev/uid': uid, 'imagespec.dev/role': 'build' };
  const container = { name: 'build', image: 'builder' };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels, annotations: { 'imagespec.dev/build': JSON.stringify(identity) } },
    spec: { template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [container] } } },
  };
  await succeed(kubectl(['create', '-f', '-'], JSON.stringify(job)));
  const pod = await eventually('the Pod of the Job', 40, async () => {
    const names = await succeed(kubectl(['get', 'pods', '-l', `job-name=${name}`, '-o', 'name']));
    return names.trim() === '' ? undefined : names.trim();
  });
  const status = {
    phase: 'Pending',
    containerStatuses: [{ name: 'build', state, image: 'builder', imageID: '', ready: false, restartCount: 0 }],
  };
  await succeed(kubectl(['patch', pod, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]));
}

const image = `r.example/astro@sha256:${'b'.repeat(64)}`;

describe('status', () => {
  it('--watch shows the stages as they come, and ends with 0', async () => {
    const uid = await create('watched');
    const command = start('status', 'watched', '--watch');
    await printed(command, 'cli-live/watched: Pending');
    await play('watched', ['Unknown', 'Queued'], { build: queued });
    await printed(command, 'queue running: it is Queued');
    await play('watched', ['Unknown', 'Building'], { build: started });
    await playPod('watched', uid, { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling "builder"' } });
    await printed(command, 'build running: build: ImagePullBackOff: Back-off pulling "builder"');
    await play('watched', ['True', 'BuildSucceeded'], { build: { ...started, image }, image });
    expect(await command.code).toBe(0);
    expect(command.printed.out).toContain(`image  ${image}`);
    expect(command.printed.err).toBe('');
  });

  it('reports a failure with advice and log, as text and as JSON, and ends with 1', async () => {
    await create('failing');
    const command = start('status', 'failing', '--watch');
    await printed(command, 'Pending');
    const failure = { reason: 'PackageNotFound', message: 'no "astropyy"', packages: ['astropyy'], log: 'ERROR: none' };
    await play('failing', ['False', 'PackageNotFound'], { build: started, failure });
    expect(await command.code).toBe(1);
    expect(command.printed.out).toContain('Check the names and versions of the packages');
    expect(command.printed.out).toContain('  | ERROR: none');
    const { code, out } = await run('status', 'failing', '-o', 'json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      namespace: place.namespace,
      name: 'failing',
      state: 'failed',
      reason: 'PackageNotFound',
      failure: { packages: ['astropyy'], advice: expect.stringContaining('Check the names') },
      stages: [
        { name: 'base', state: 'done' },
        { name: 'queue', state: 'done', startTime: '2026-11-25T20:00:01Z', seconds: 1 },
        { name: 'build', state: 'failed' },
        { name: 'push', state: 'notReached' },
        { name: 'verify', state: 'off' },
        { name: 'probe', state: 'notReached' },
        { name: 'published' },
      ],
    });
  });

  it('--watch -o json prints one document a line', async () => {
    await create('lines');
    const command = start('status', 'lines', '--watch', '-o', 'json');
    await printed(command, '"reason":"Pending"');
    await play('lines', ['Unknown', 'Building'], { build: started });
    await printed(command, '"reason":"Building"');
    await play('lines', ['True', 'BuildSucceeded'], { build: { ...started, image }, image });
    expect(await command.code).toBe(0);
    const lines = command.printed.out.trimEnd().split('\n');
    const states = lines.map((line) => z.object({ state: z.string() }).parse(JSON.parse(line)).state);
    expect(states).toEqual(['underWay', 'underWay', 'ready']);
  });

  it('says so when the ImageSpec is deleted meanwhile, or was never there', async () => {
    await create('deleted');
    const command = start('status', 'deleted', '--watch');
    await printed(command, 'Pending');
    await succeed(kubectl(['delete', 'imagespec', 'deleted']));
    expect(await command.code).toBe(3);
    expect(command.printed.err).toContain('"deleted" was deleted');
    expect(await run('status', 'deleted')).toMatchObject({ code: 3, err: expect.stringContaining('has no ImageSpec') });
  });
});

describe('logs', () => {
  it('-f waits from the queue on, and prints what the status kept where no Pod is left', async () => {
    await create('logged');
    const command = start('logs', 'logged', '-f');
    await printed(command, '--- Pending: the operator has not acted on this version yet');
    await play('logged', ['Unknown', 'Queued'], { build: queued });
    await printed(command, '--- Queued: it is Queued');
    const failure = { reason: 'RunFailed', message: 'make ended with 2', log: 'make: *** Error 2' };
    await play('logged', ['False', 'RunFailed'], {
      build: { ...started, completionTime: '2026-11-25T20:00:09Z' },
      failure,
    });
    expect(await command.code).toBe(1);
    expect(command.printed.out).toBe('make: *** Error 2\n');
    expect(command.printed.err).toContain('the Pod is gone; these are the relevant lines from the status');
    expect(await run('logs', 'logged')).toMatchObject({ code: 0, out: 'make: *** Error 2\n' });
  });
});

describe('rebuild, retry and cancel', () => {
  async function annotation(name: string, request: string): Promise<string> {
    const path = `jsonpath={.metadata.annotations.imagespec\\.dev/${request}}`;
    return succeed(kubectl(['get', 'imagespec', name, '-o', path]));
  }

  it('set the annotation to a value that was not there before, and leave the others', async () => {
    await create('asked');
    await succeed(kubectl(['annotate', 'imagespec', 'asked', 'mine=kept']));
    await play('asked', ['True', 'BuildSucceeded'], { build: { ...started, image }, image });
    const first = await run('rebuild', 'asked');
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining('cli-live/asked is built again'), err: '' });
    const value = await annotation('asked', 'rebuild');
    expect(value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ-[0-9a-f]{8}$/);
    expect(await succeed(kubectl(['get', 'imagespec', 'asked', '-o', 'jsonpath={.metadata.annotations.mine}']))).toBe(
      'kept',
    );
    await run('rebuild', 'asked');
    expect(await annotation('asked', 'rebuild')).not.toBe(value);
  });

  it.each([
    ['retry', 'True', 'BuildSucceeded', 'nothing has failed'],
    ['cancel', 'True', 'BuildSucceeded', 'there is no build to cancel'],
    ['rebuild', 'False', 'InvalidSpec', 'change the spec'],
  ] as const)('%s is refused when Ready is %s: %s', async (request, status, reason, words) => {
    const name = `refused-${request}`;
    await create(name);
    await play(name, [status, reason]);
    expect(await run(request, name)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(words) });
    expect(await annotation(name, request)).toBe('');
  });

  it('--wait does not take an end of before for the answer', async () => {
    await create('waited');
    await play('waited', ['False', 'RunFailed'], { build: { ...started, completionTime: '2026-11-25T20:00:09Z' } });
    const command = start('retry', 'waited', '--wait');
    const value = await eventually('the request', 40, async () => (await annotation('waited', 'retry')) || undefined);
    await printed(command, 'cli-live/waited: Pending');
    await play('waited', ['Unknown', 'Building'], { build: { ...started, attempt: 2 }, lastHandledRetry: value });
    await printed(command, 'cli-live/waited: Building');
    await play('waited', ['True', 'BuildSucceeded'], { build: { ...started, attempt: 2, image }, image });
    expect(await command.code).toBe(0);
  });

  it('cancel --wait ends with 0 when the build was stopped', async () => {
    await create('stopped');
    await play('stopped', ['Unknown', 'Building'], { build: started });
    const command = start('cancel', 'stopped', '--wait');
    const value = await eventually('the request', 40, async () => (await annotation('stopped', 'cancel')) || undefined);
    await play('stopped', ['False', 'Cancelled'], { build: started, lastHandledCancel: value });
    expect(await command.code).toBe(0);
    expect(command.printed.out).toContain('the build of cli-live/stopped is stopped');
  });
});
