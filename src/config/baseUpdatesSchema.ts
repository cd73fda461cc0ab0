import { z } from 'zod';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 22:00');

/** When and how fast images follow their bases (spec.baseUpdate.policy: Rebuild). */
export const baseUpdatesSchema = z
  .strictObject({
    window: z
      .strictObject({
        days: z
          .array(z.enum(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']))
          .min(1)
          .max(7)
          .default(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']),
        start: timeOfDay,
        end: timeOfDay,
      })
      .nullable()
      .default(null)
      .describe(
        'Hours (UTC) in which a moved base starts builds: days (of the start), start and end. An end before the start falls on the next day. null: at any time.',
      ),
    maximumPerHour: z
      .int()
      .min(1)
      .max(10_000)
      .default(60)
      .describe('Limit of builds per hour that moved bases start, in all namespaces.'),
  })
  .prefault({});
