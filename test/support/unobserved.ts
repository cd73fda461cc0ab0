import type { ControllerOptions } from '../../src/reconcile/controller.ts';

/** What a controller reports for metrics, where a test does not look at it. */
export const unobserved: Pick<ControllerOptions, 'passes' | 'stepped' | 'passFailed'> = {
  passes: {
    added: () => undefined,
    depth: () => undefined,
    waited: () => undefined,
    worked: () => undefined,
    retried: () => undefined,
  },
  stepped: () => undefined,
  passFailed: () => undefined,
};
