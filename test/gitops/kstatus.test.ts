import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { failureOf } from '../../src/api/failure.ts';
import type { ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import {
  type DoneReason,
  type ProgressReason,
  type ReadyReason,
  readyReasons,
  type StalledReason,
} from '../../src/api/reasons/reasons.ts';
import { causeOf, firstRecord } from '../../src/lifecycle/model/record.ts';
import type { Reported, Situation } from '../../src/lifecycle/model/situation.ts';
import { kstatusBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';
import type { LightCluster } from '../../tools/cluster/cluster.ts';
import { untilServed } from '../../tools/cluster/served.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { type Kubectl, kubectlOf, succeed } from '../integration/kubectl.ts';
import {
  base,
  digest,
  fixedTag,
  hash,
  image,
  movingTag,
  observation,
  questions,
  spec,
} from '../support/observations.ts';
import { statusIn } from '../support/passes.ts';
import { noon } from '../support/pods.ts';

/**
 * What tools make of a status: `kubectl wait`, and kstatus, by which Flux and Helm 4 wait. The statuses are the operator's
 * own, one for each reason of Ready and for each situation; they go through a real API server, so they are what these tools would read.
 */
let cluster: LightCluster;
let kubectl: Kubectl;
/** What kstatus computes for each object, by name. */
let computed: ReadonlyMap<string, { readonly status: string; readonly message: string }>;

const root = join(import.meta.dirname, '..', '..');
const goal = { spec, bases: [base], finalBase: base, available: null, inputHash: hash };
const seen = observation({});
const build = firstRecord(seen, goal, causeOf(seen, goal));
const good = { image, digest, sizeBytes: 7, reason: 'BuildSucceeded' } as const;

const refused = { is: 'refused', tag: movingTag, message: 'tag is immutable', until: noon } as const;

const isDone = (reason: ReadyReason): reason is DoneReason => readyReasons[reason].group === 'done';
const isUnderWay = (reason: ReadyReason): reason is ProgressReason => readyReasons[reason].group === 'underWay';
const isOver = (reason: ReadyReason): reason is StalledReason => readyReasons[reason].group === 'over';
const isReason = (name: string): name is ReadyReason => Object.hasOwn(readyReasons, name);
const reasons = Object.keys(readyReasons).filter(isReason);

/** A situation of which the operator says this reason. */
function situationOf(reason: ReadyReason): Situation {
  if (isDone(reason)) {
    return { is: 'done', goal, build, good: { ...good, reason }, tags: [], moving: { is: 'tagged', tag: movingTag } };
  }
  if (isUnderWay(reason)) {
    return { is: 'waiting', goal, reason, message: 'on its way', failure: null, build: null, until: noon };
  }
  if (isOver(reason)) {
    // Ready says RetriesExhausted, the failure keeps the cause.
    const failure = failureOf(reason === 'RetriesExhausted' ? 'NodeLost' : reason, 'what to do');
    return { is: 'stalled', goal, failure, build: null, until: null };
  }
  return { is: 'suspended', goal };
}

/** Each situation of the state machine that the status shows; a new one is missing here until it stands here. */
const situations: Readonly<Record<Reported['is'], Situation>> = {
  asking: {
    is: 'asking',
    asked: 'first',
    goal: null,
    reason: 'ResolvingBase',
    message: 'on its way',
    build: null,
    questions: [questions.base],
  },
  waiting: situationOf('WaitingForSecret'),
  queued: { is: 'queued', goal, build },
  due: { is: 'due', goal, build },
  building: { is: 'building', goal, build, until: null },
  verifying: { is: 'verifying', goal, build, message: 'on its way', step: { next: 'wait', until: null } },
  tagging: { is: 'tagging', goal, build, tag: movingTag, digest, mode: 'move' },
  done: situationOf('BuildSucceeded'),
  stalled: situationOf('PackageNotFound'),
  cancelled: { is: 'cancelled', goal, build },
  suspended: situationOf('Suspended'),
};

/** What kstatus makes of the groups of reasons. */
const words = { done: 'Current', underWay: 'InProgress', over: 'Failed', suspended: 'InProgress' } as const;

/** Each object by its name, with the status that the operator has written, if any. */
const written: ReadonlyMap<string, ImageSpecStatus | null> = new Map([
  ...reasons.map((reason): [string, ImageSpecStatus] => [nameOf(reason), statusIn(seen, situationOf(reason))]),
  ...Object.values(situations).map((at): [string, ImageSpecStatus] => [`at-${at.is}`, statusIn(seen, at)]),
  ['tag-refused', statusIn(seen, { is: 'done', goal, build, good, tags: [fixedTag], moving: refused })],
  [
    'output-conflict',
    statusIn(
      { ...seen, outputHolder: { is: 'other', output: movingTag, name: 'older' } },
      { is: 'done', goal, build, good, tags: [fixedTag], moving: { is: 'conflict', tag: movingTag } },
    ),
  ],
  ['unseen', null],
  ['edited', statusIn(seen, situationOf('BuildSucceeded'))],
  ['deleted', statusIn(seen, situationOf('BuildSucceeded'))],
]);

function nameOf(reason: ReadyReason): string {
  return reason.toLowerCase();
}

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
  const manifests = [...written.keys()].map((name) => ({
    apiVersion: 'imagespec.dev/v1alpha1',
    kind: 'ImageSpec',
    metadata: { name, ...(name === 'deleted' ? { finalizers: ['example.com/held'] } : {}) },
    spec: { baseImage: 'jupyter/minimal-notebook' },
  }));
  await succeed(kubectl(['create', '-f', '-'], listOf(manifests)));
  const withStatus = (await list()).flatMap((object) => {
    const status = written.get(object.metadata.name) ?? null;
    return status === null ? [] : [{ ...object, status }];
  });
  await succeed(kubectl(['replace', '--subresource=status', '-f', '-'], listOf(withStatus)));
  const edit = JSON.stringify({ spec: { displayName: 'another' } });
  await succeed(kubectl(['patch', 'imagespec', 'edited', '--type=merge', '-p', edit]));
  await succeed(kubectl(['delete', 'imagespec', 'deleted', '--wait=false']));
  const objects = await list();
  const input = objects.map((object) => `${JSON.stringify(object)}\n`).join('');
  const answers = (await run(program, [], { input })).trimEnd().split('\n');
  computed = new Map(
    objects.map(({ metadata: { name } }, index) => [name, answerShape.parse(JSON.parse(answers[index] ?? ''))]),
  );
}, 600_000);

afterAll(() => cluster.stop());

function readyReasonOf(name: string): ReadyReason {
  const reason = written.get(name)?.conditions?.find(({ type }) => type === 'Ready')?.reason ?? '';
  if (!isReason(reason)) {
    throw new Error(`${name}: no reason of Ready: ${reason}`);
  }
  return reason;
}

it.each(reasons)('has an object that is %s', (reason) => {
  expect(readyReasonOf(nameOf(reason))).toBe(reason);
});

describe('kstatus', () => {
  it.each(reasons.filter(isDone))('takes %s for Current', (reason) => {
    expect(computed.get(nameOf(reason))).toMatchObject({ status: 'Current' });
  });

  it.each(reasons.filter(isUnderWay))('takes %s for InProgress', (reason) => {
    expect(computed.get(nameOf(reason))).toEqual({ status: 'InProgress', message: 'on its way' });
  });

  it.each(reasons.filter(isOver))('takes %s for Failed', (reason) => {
    expect(computed.get(nameOf(reason))).toEqual({ status: 'Failed', message: 'what to do' });
  });

  it.each(['tag-refused', 'output-conflict'])(
    'reports a good image as Current for any holder of its moving tag: %s',
    (name) => {
      expect(computed.get(name)).toMatchObject({ status: 'Current' });
    },
  );

  it('takes Suspended for InProgress: Ready is Unknown, and kstatus has no word for a pause', () => {
    expect(computed.get('suspended')).toMatchObject({ status: 'InProgress' });
  });

  it.each(Object.keys(situations))('agrees with the group of the reason in the situation "%s"', (at) => {
    const { group } = readyReasons[readyReasonOf(`at-${at}`)];
    expect(computed.get(`at-${at}`)?.status).toBe(words[group]);
  });

  it.each([
    ['unseen', 'InProgress', 'generation is 1, but latest observed generation is -1'],
    ['edited', 'InProgress', 'generation is 2, but latest observed generation is 1'],
    ['deleted', 'Terminating', 'scheduled for deletion'],
  ])('reports an object that is %s as %s, for any conditions', (name, status, message) => {
    expect(computed.get(name)).toEqual({ status, message: expect.stringContaining(message) });
  });
});

describe('kubectl wait', () => {
  const wait = (name: string, condition: string, seconds: number) =>
    kubectl(['wait', `imagespec/${name}`, `--for=condition=${condition}`, `--timeout=${seconds}s`]);

  it('ends immediately when the image exists', async () => {
    expect((await wait('buildsucceeded', 'Ready', 40)).exitCode).toBe(0);
  });

  it('ends immediately when only a user can help, waiting for Stalled', async () => {
    expect((await wait('packagenotfound', 'Stalled', 40)).exitCode).toBe(0);
  });

  it.each(['building', 'packagenotfound', 'suspended', 'unseen', 'edited'])('waits for Ready of %s', async (name) => {
    expect((await wait(name, 'Ready', 2)).stderr).toContain('timed out');
  });
});
