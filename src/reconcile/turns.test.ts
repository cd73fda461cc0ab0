import { expect, it } from 'vitest';
import { startStandIn } from '../../test/support/apiserver/stand-in.ts';
import { hostileSpecs } from '../../test/support/inputs/hostile.ts';
import { clientOf } from '../../test/support/servers/scripted-image.ts';
import { unobserved } from '../../test/support/unobserved.ts';
import { until } from '../../tools/eventually.ts';
import { parseConfig } from '../config/parse.ts';
import { systemClock } from '../kubernetes/clock.ts';
import { Cache } from '../kubernetes/watch/cache.ts';
import { Controller } from './controller.ts';
import { projectImageSpec, projectJob, projectPod, type SeenImageSpec } from './watched/projections.ts';

function created(index: number): object {
  return {
    apiVersion: 'imagespec.dev/v1alpha1',
    kind: 'ImageSpec',
    metadata: {
      namespace: 'team',
      name: `hostile-${index}`,
      uid: `uid-${index}`,
      generation: 1,
      resourceVersion: '10',
      creationTimestamp: '2026-11-24T11:00:00Z',
    },
    spec: hostileSpecs[index % hostileSpecs.length],
    status: { observedGeneration: -1 },
  };
}

it('handles one ImageSpec per turn of the event loop, for any number and size of waiting ImageSpecs', async () => {
  const config = parseConfig("{images: {operator: 'operator:1'}, output: {repositoryTemplate: 'r.example/{name}'}}");
  if (!config.ok) {
    throw new Error(config.failure);
  }
  const server = await startStandIn((_, response) => response.end('{}'));
  /** The turn of each step. */
  const steps: number[] = [];
  let turn = 0;
  let isOver = false;
  const count = (): void => {
    turn += 1;
    if (!isOver) {
      setImmediate(count);
    }
  };
  const imageSpecs = new Cache<SeenImageSpec>({ project: projectImageSpec });
  const controller = new Controller({
    sources: { connection: server.connection, registry: clientOf([]), secretLabels: 'Optional' },
    config: config.value,
    clock: systemClock,
    log: () => undefined,
    wrote: () => undefined,
    failed: () => undefined,
    published: () => ({ is: 'absent' }),
    queued: () => steps.push(turn),
    ...unobserved,
    // No step does I/O.
    mayAct: () => false,
    workers: 16,
  });
  const all = Array.from({ length: 2 * hostileSpecs.length }, (_, index) => created(index));
  all.forEach((one) => imageSpecs.observe(one));
  setImmediate(count);
  controller.start({ imageSpecs, jobs: new Cache({ project: projectJob }), pods: new Cache({ project: projectPod }) });
  all.forEach((_, index) => controller.add(`team/hostile-${index}`));
  await until('all have been looked at', () => steps.length >= all.length);
  await controller.stop(10_000);
  isOver = true;
  await server.stop();
  expect(new Set(steps).size).toBe(steps.length);
});
