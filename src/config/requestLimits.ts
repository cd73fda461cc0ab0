import { z } from 'zod';

/** `registries.requests`: an answer takes up to 1 MiB of memory, so `total` is also what registries can fill of it, in MiB. */
export const requestLimits = z
  .strictObject({
    total: z.int().min(1).max(256).default(48).describe('Questions to registries at once, for all namespaces.'),
    perNamespace: z
      .int()
      .min(1)
      .max(256)
      .default(6)
      .describe('The same for one namespace: what its registries make it wait for, no other namespace waits for.'),
    perHost: z.int().min(1).max(256).default(16).describe('The same to one registry.'),
    perNamespaceAtHost: z
      .int()
      .min(1)
      .max(256)
      .default(4)
      .describe('The same for one namespace to one registry, so that a slow one leaves it room for its others.'),
  })
  .prefault({});
