import { z } from 'zod';
import type { ImageSpec, ImageSpecStatus } from '../../api/imagespec.generated.ts';

/** An ImageSpec as commands see it; spec and status were checked by the API server against the schema of the types. */
export interface SeenImageSpec {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number;
  readonly resourceVersion: string;
  readonly deleting: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ImageSpec['spec'];
  readonly status: ImageSpecStatus;
}

const imageSpecSchema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    generation: z.number(),
    resourceVersion: z.string(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.custom<ImageSpec['spec']>((value) => typeof value === 'object' && value !== null),
  status: z
    .custom<ImageSpecStatus>((value) => typeof value === 'object' && value !== null)
    .default({ observedGeneration: -1 }),
});

/**
 * What commands read of an ImageSpec.
 * @throws ZodError for anything that is none; the API server sends no such thing
 */
export function projectImageSpec(object: unknown): SeenImageSpec {
  const { metadata, spec, status } = imageSpecSchema.parse(object);
  const { namespace, name, uid, generation, resourceVersion, labels, annotations } = metadata;
  const deleting = metadata.deletionTimestamp !== undefined;
  return { namespace, name, uid, generation, resourceVersion, deleting, labels, annotations, spec, status };
}
