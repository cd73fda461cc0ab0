import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ReadyReason, readyReasons } from '../../src/api/reasons/reasons.ts';
import { kstatusBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { type Kubectl, kubectlOf, succeed } from '../integration/kubectl.ts';
import { says } from './says.ts';
import { nameOf, objectOf, readyMessageOf, reasons, type State, stateNamed, states } from './states.ts';

/**
 * What tools make of a status: `kubectl wait`, and kstatus, by which Flux and Helm 4 wait. The statuses are the operator's
 * own, one for each reason of Ready and for each situation; they go through a real API server, so they are what these tools would read.
 */
let cluster: LightCluster;
let kubectl: Kubectl;
/** What kstatus computes for each object, by name. */
let computed: ReadonlyMap<string, { readonly status: string; readonly message: string }>;

const root = join(import.meta.dirname, '..', '..');

/** An object that is being deleted, beside the states. */
const deleted = { ...stateNamed('build-succeeded'), name: 'deleted' };

const objectShape = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });
const listShape = z.object({ items: z.array(objectShape) });
const answerShape = z.object({ status: z.string(), message: z.string() });

async function list(): Promise<readonly z.infer<typeof objectShape>[]> {
  return listShape.parse(JSON.parse(await succeed(kubectl(['get', 'imagespecs', '-o', 'json'])))).items;
}

function listOf(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

beforeAll(async () => {
  const program = await kstatusBinary();
  cluster = await startLight('kstatus');
  kubectl = kubectlOf(cluster.kubectl);
  await succeed(kubectl(['create', '-f', join(root, 'crds')]));
  await untilServed(cluster.kubectl);
  const all = [...states, deleted];
  const manifests = all.map((state) => ({
    ...objectOf({ ...state, spec: firstSpec(state) }),
    metadata: { name: state.name, ...(state === deleted ? { finalizers: ['example.com/held'] } : {}) },
  }));
  await succeed(kubectl(['create', '-f', '-'], listOf(manifests)));
  const written = new Map(all.map(({ name, status }) => [name, status]));
  const withStatus = (await list()).flatMap((object) => {
    const status = written.get(object.metadata.name) ?? null;
    return status === null ? [] : [{ ...object, status }];
  });
  await succeed(kubectl(['replace', '--subresource=status', '-f', '-'], listOf(withStatus)));
  for (const { name, spec } of all.filter(({ generation }) => generation > 1)) {
    await succeed(kubectl(['patch', 'imagespec', name, '--type=merge', '-p', JSON.stringify({ spec })]));
  }
  await succeed(kubectl(['delete', 'imagespec', 'deleted', '--wait=false']));
  const objects = await list();
  const input = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  const answers = (await run(program, [], { input })).trimEnd().split('\n');
  computed = new Map(
    objects.map(({ metadata: { name } }, index) => [name, answerShape.parse(JSON.parse(answers[index] ?? ''))]),
  );
}, 600_000);

afterAll(() => cluster.stop());

/** What an edited object had before the edit. */
function firstSpec({ spec, generation }: State): State['spec'] {
  return generation === 1 ? spec : {};
}

it('has an object for each reason of Ready', () => {
  expect(computed.size).toBe(states.length + 1);
  expect([...computed.keys()]).toEqual(expect.arrayContaining(reasons.map(nameOf)));
});

describe('kstatus', () => {
  it.each(states)('$name: $what', ({ name, meaning }) => {
    expect(computed.get(name)?.status).toBe(says[meaning].kstatus);
  });

  it.each(reasons.filter((reason) => ['underWay', 'over'].includes(readyReasons[reason].group)))(
    'shows the message of %s',
    (reason: ReadyReason) => {
      const { name, status } = stateNamed(nameOf(reason));
      expect(computed.get(name)?.message).toBe(readyMessageOf(status ?? { observedGeneration: -1 }));
    },
  );

  it.each([
    ['unseen', 'generation is 1, but latest observed generation is -1'],
    ['edited', 'generation is 2, but latest observed generation is 1'],
  ])('says why it waits for an object that is %s', (name, message) => {
    expect(computed.get(name)?.message).toContain(message);
  });

  it('reports an object that is being deleted as Terminating, with any conditions', () => {
    expect(computed.get('deleted')).toEqual({
      status: 'Terminating',
      message: expect.stringContaining('scheduled for deletion'),
    });
  });
});

describe('kubectl wait', () => {
  const wait = (name: string, condition: string, seconds: number) =>
    kubectl(['wait', `imagespec/${name}`, `--for=condition=${condition}`, `--timeout=${seconds}s`]);

  it('ends immediately when the image exists', async () => {
    expect((await wait('build-succeeded', 'Ready', 40)).exitCode).toBe(0);
  });

  it('ends immediately when only a user can help, waiting for Stalled', async () => {
    expect((await wait('package-not-found', 'Stalled', 40)).exitCode).toBe(0);
  });

  it.each(['at-building', 'package-not-found', 'suspended', 'unseen', 'edited'])(
    'waits for Ready of %s',
    async (name) => {
      expect((await wait(name, 'Ready', 2)).stderr).toContain('timed out');
    },
  );
});
