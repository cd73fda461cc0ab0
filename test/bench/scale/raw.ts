import { z } from 'zod';
import { inParallel } from './api.ts';
import { imageSpec, pathOf } from './ours.ts';
import type { Latencies } from './record.ts';
import { namespaceOf, type Scene } from './scene.ts';
import { latenciesOf } from './watching.ts';

/** More do not make the API server faster. */
const clients = 32;
/** Numbers that the operator's resources do not have. */
const firstNumber = 2_000_000;

const listed = z.object({
  items: z.tuple([z.looseObject({ metadata: z.looseObject({}), status: z.unknown() })], z.unknown()),
});

/**
 * The writes that any operator needs, with nothing between them: create the resource, create the Job, patch the status. Job and
 * status are those that the operator wrote in this run. The operator does not run meanwhile.
 */
export async function raw(scene: Scene, size: number): Promise<Latencies> {
  const { api } = scene;
  const first = async (path: string) =>
    listed.parse(await api.send({ method: 'GET', path: `${path}?limit=1` })).items[0];
  const { spec } = z
    .object({ spec: z.looseObject({ template: z.unknown() }) })
    .parse(await first('/apis/batch/v1/jobs'));
  const { selector: _, ...jobSpec } = withoutServerLabels(spec);
  const { status } = await first(pathOf(0));
  const patch = JSON.stringify({ status });
  const times: { sent: number; made: number }[] = [];
  await inParallel(size, clients, async (index) => {
    const number = firstNumber + index;
    const name = `image-${number}`;
    const sent = Date.now();
    await api.send({ method: 'POST', path: pathOf(number), body: imageSpec(scene, number) });
    await api.send({
      method: 'POST',
      path: `/apis/batch/v1/namespaces/${namespaceOf(number)}/jobs`,
      body: { metadata: { name: `raw-${number}` }, spec: jobSpec },
    });
    times.push({ sent, made: Date.now() });
    await api.send({ method: 'PATCH', path: `${pathOf(number, name)}/status`, body: patch });
  });
  return latenciesOf(times);
}

const jobTemplate = z.looseObject({
  template: z.looseObject({ metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }) }),
});

/** The Pod template without the labels that the API server added for one Job. */
function withoutServerLabels(spec: object): z.output<typeof jobTemplate> {
  const { template, ...rest } = jobTemplate.parse(spec);
  const { labels, ...metadata } = template.metadata;
  const kept = Object.entries(labels).filter(([label]) => !/(^|\/)(job-name|controller-uid)$/.test(label));
  return { ...rest, template: { ...template, metadata: { ...metadata, labels: Object.fromEntries(kept) } } };
}
