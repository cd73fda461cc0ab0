import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type StandIn, startStandIn } from '../../test/support/apiserver/stand-in.ts';
import { clientOf } from '../../test/support/servers/scripted-image.ts';
import { unobserved } from '../../test/support/unobserved.ts';
import { until } from '../../tools/eventually.ts';
import { parseConfig } from '../config/parse.ts';
import { systemClock } from '../kubernetes/clock.ts';
import { Cache } from '../kubernetes/watch/cache.ts';
import { Controller } from './controller.ts';
import { WrittenStatuses } from './effects/writtenStatuses.ts';
import { projectImageSpec, projectJob, projectPod, type SeenImageSpec } from './watched/projections.ts';

/** An ImageSpec with an invalid spec, so that the operator only writes its status. */
const created = {
  apiVersion: 'imagespec.dev/v1alpha1',
  kind: 'ImageSpec',
  metadata: {
    namespace: 'team',
    name: 'astro',
    uid: 'uid-1',
    generation: 1,
    resourceVersion: '10',
    creationTimestamp: '2026-11-24T11:00:00Z',
  },
  spec: { baseImage: 'jupyter/base-notebook', packages: { pip: ['--no'] } },
  status: { observedGeneration: -1 },
};

const patchSchema = z.object({ status: z.record(z.string(), z.unknown()) });

let server: StandIn;
let stored: typeof created;
let patches: number;
/** What the passes spent time on. */
let stepsTaken: string[];
/** The part of a status that the server keeps. */
let store: (status: Record<string, unknown>) => object = (status) => status;

beforeEach(async () => {
  stored = created;
  patches = 0;
  stepsTaken = [];
  server = await startStandIn((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      patches += 1;
      const { status } = patchSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      const next = { ...stored.status, ...store({ ...stored.status, ...status }) };
      const isNews = JSON.stringify(next) !== JSON.stringify(stored.status);
      const resourceVersion = String(Number(stored.metadata.resourceVersion) + (isNews ? 1 : 0));
      stored = { ...stored, metadata: { ...stored.metadata, resourceVersion }, status: next };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(stored));
    });
  });
});

afterEach(() => server.stop());

/** Runs two passes of a controller over the ImageSpec, and returns its warnings. */
async function lookTwice(): Promise<readonly object[]> {
  const config = parseConfig('images: {kaniko: kaniko:1, operator: operator:1}');
  if (!config.ok) {
    throw new Error(config.failure);
  }
  const warnings: object[] = [];
  let steps = 0;
  const imageSpecs = new Cache<SeenImageSpec>({ project: projectImageSpec });
  const controller = new Controller({
    sources: { connection: server.connection, registry: clientOf([]), secretLabels: 'Optional' },
    config: config.value,
    clock: systemClock,
    log: (level, message, fields) => void (level === 'warn' && warnings.push({ message, ...fields })),
    wrote: () => undefined,
    failed: () => undefined,
    published: () => ({ is: 'absent' }),
    queued: () => {
      steps += 1;
    },
    ...unobserved,
    stepped: ({ kind, step }) => void stepsTaken.push(`${kind} ${step}`),
    mayAct: () => true,
    workers: 1,
  });
  imageSpecs.observe(created);
  controller.start({
    imageSpecs,
    jobs: new Cache({ project: projectJob }),
    pods: new Cache({ project: projectPod }),
  });
  // The first pass writes, and the second finds nothing left to do.
  for (const least of [2, 3]) {
    controller.add('team/astro');
    await until(`${least} steps`, () => steps >= least);
  }
  await controller.stop(10_000);
  return warnings;
}

it('writes a status once', async () => {
  store = (status) => status;
  expect(await lookTwice()).toEqual([]);
  expect(patches).toBe(1);
  expect(stored.status).toMatchObject({ observedGeneration: 1, failure: { reason: 'InvalidSpec' } });
  expect(stepsTaken).toEqual(['decide act', 'act writeStatus', 'decide rest', 'decide rest']);
});

it('writes a status once also when the API server prunes a field of it, and warns once', async () => {
  store = (status) => Object.fromEntries(Object.entries(status).filter(([name]) => name !== 'failure'));
  expect(await lookTwice()).toEqual([
    { message: expect.stringContaining('install the CRD'), key: 'team/astro', field: 'status.failure' },
  ]);
  expect(patches).toBe(1);
});

it("uses the server's status when the object has changed since", () => {
  const written = new WrittenStatuses(() => undefined);
  const [before, sent] = [projectImageSpec(created), { observedGeneration: 1, imageSizeBytes: 7 }];
  const pruned = { ...before, status: { observedGeneration: 1 } };
  written.keep('team/astro', sent, pruned);
  expect(written.of('team/astro', pruned)).toEqual(sent);
  const edited = { ...pruned, self: { ...pruned.self, resourceVersion: '12' } };
  expect(written.of('team/astro', edited)).toEqual(pruned.status);
  expect(written.of('team/astro', pruned)).toEqual(pruned.status);
});
