import { z } from 'zod';
import { parseRfc3339 } from './time.ts';

const instant = z.string().transform((text) => parseRfc3339(text) ?? null);

/** The metadata that the operator reads of a Job or a Pod, as the API server sends it. */
export const ownedMetadata = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  creationTimestamp: z.string().transform((text) => parseRfc3339(text) ?? 0),
  deletionTimestamp: z.string().optional(),
  annotations: z.record(z.string(), z.string()).default({}),
  labels: z.record(z.string(), z.string()).default({}),
  ownerReferences: z
    .array(z.object({ kind: z.string(), apiVersion: z.string(), uid: z.string(), controller: z.boolean().optional() }))
    .default([]),
});

const containerState = z.object({
  waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
  running: z.object({ startedAt: instant.nullish() }).optional(),
  terminated: z
    .object({
      exitCode: z.number(),
      reason: z.string().default(''),
      message: z.string().default(''),
      startedAt: instant.nullish(),
      // null for a container that the kubelet lost, as of an evicted Pod.
      finishedAt: instant.nullish(),
    })
    .optional(),
});

/** The state of a container; empty before the kubelet first reports one. */
export type ContainerStateObject = z.output<typeof containerState>;

const containerStatuses = z.array(z.object({ name: z.string(), state: containerState.default({}) })).default([]);

/** The Pod status that the operator reads; empty before the kubelet or the scheduler writes one. */
export const podStatusObject = z
  .object({
    phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']).default('Pending'),
    reason: z.string().default(''),
    message: z.string().default(''),
    conditions: z
      .array(
        z.object({
          type: z.string(),
          status: z.string(),
          reason: z.string().default(''),
          message: z.string().default(''),
        }),
      )
      .default([]),
    initContainerStatuses: containerStatuses,
    containerStatuses,
  })
  .prefault({});

/** The scheduler's message while no node takes the Pod; '' otherwise. */
export function unschedulable({ conditions }: z.output<typeof podStatusObject>): string {
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' ? scheduled.message || 'no node takes it' : '';
}
