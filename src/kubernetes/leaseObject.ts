import { z } from 'zod';

/** The fields of a Lease that are read or kept. The metadata is sent back as it came. */
export const leaseObject = z.object({
  metadata: z.record(z.string(), z.unknown()),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      acquireTime: z.string().nullish(),
      renewTime: z.string().nullish(),
      leaseTransitions: z.number().nullish(),
    })
    .default({}),
});

/** A coordination.k8s.io/v1 Lease as the API server sends it. */
export type Lease = z.output<typeof leaseObject>;

/** Where Leases are. */
export const leases = { api: '/apis/coordination.k8s.io/v1', plural: 'leases' } as const;
