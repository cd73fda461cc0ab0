import { z } from 'zod';
import { servedImage } from '../state.ts';

const common = { folder: z.string(), lifetime: z.enum(['process', 'detached']) };

const controlPlane = z.discriminatedUnion('is', [
  z.object({ is: z.literal('complete') }),
  z.object({ is: z.literal('apiServerOnly'), command: z.tuple([z.string()], z.string()).readonly() }),
]);

/** The cluster that a supervisor runs. */
export const order = z.discriminatedUnion('provider', [
  z.object({ provider: z.literal('light'), ...common, kubernetes: z.string(), controlPlane }),
  z.object({ provider: z.literal('k3s'), ...common }),
  z.object({
    provider: z.literal('local'),
    ...common,
    kubernetes: z.string(),
    nodeName: z.string(),
    toolsEnv: z.record(z.string(), z.string()),
    cniPlugins: z.string(),
    seed: z.string(),
    images: z.array(servedImage),
  }),
]);
export type Order = z.infer<typeof order>;

/** Messages of a supervisor to the process that started it. */
export const report = z.discriminatedUnion('is', [
  z.object({ is: z.literal('progress'), line: z.string() }),
  z.object({ is: z.literal('ready') }),
  z.object({ is: z.literal('failed'), message: z.string() }),
]);
export type Report = z.infer<typeof report>;
