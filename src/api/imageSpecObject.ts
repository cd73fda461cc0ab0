import { z } from 'zod';
import type { ImageSpec, ImageSpecStatus } from './imagespec.generated.ts';
import { parseRfc3339 } from './time.ts';

/**
 * An ImageSpec as the API server sends it. The API server validates spec and status against the schema that generates
 * their types, so this file trusts both. It checks the metadata that it reads.
 */
export const imageSpecObject = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    generation: z.number(),
    resourceVersion: z.string(),
    creationTimestamp: z.string().transform((text) => parseRfc3339(text) ?? 0),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.custom<ImageSpec['spec']>((value) => typeof value === 'object' && value !== null),
  status: z
    .custom<ImageSpecStatus>((value) => typeof value === 'object' && value !== null)
    .default({ observedGeneration: -1 }),
});
