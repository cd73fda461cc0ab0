import { z } from 'zod';

/**
 * `registries.requests`: a response takes up to 1 MiB of memory. So `total` is also the memory in MiB that registries can
 * fill.
 */
export const requestLimits = z
  .strictObject({
    total: z
      .int()
      .min(1)
      .max(256)
      .default(48)
      .describe('Limit of concurrent requests to registries, for all namespaces.'),
    perNamespace: z
      .int()
      .min(1)
      .max(256)
      .default(6)
      .describe('The same for one namespace, so that its slow registries delay no other namespace.'),
    perHost: z.int().min(1).max(256).default(16).describe('The same for one registry.'),
    perNamespaceAtHost: z
      .int()
      .min(1)
      .max(256)
      .default(4)
      .describe('The same for one namespace and one registry, so that a slow registry leaves room for its others.'),
  })
  .prefault({});
