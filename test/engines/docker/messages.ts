import { z } from 'zod';

/** Messages of the process that runs an engine to the process that requested it. */
export const engineReport = z.discriminatedUnion('is', [
  z.object({
    is: z.literal('ready'),
    /** Value of `DOCKER_HOST`. */
    endpoint: z.string(),
    /** Where ports that containers publish are reached from this machine. */
    address: z.string(),
    folder: z.string(),
  }),
  z.object({ is: z.literal('failed'), message: z.string() }),
]);
export type EngineReport = z.infer<typeof engineReport>;
