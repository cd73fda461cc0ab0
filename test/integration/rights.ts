import type { Kubectl } from './kubectl.ts';

/**
 * Asks the API server whether somebody may do something in a namespace: `yes` or `no`. It takes a moment to know a changed
 * Role, so that the answer is polled, and a `no` says something after a `yes` that the same Role gives.
 */
export function may(kubectl: Kubectl, who: string, request: string, where: string): () => Promise<string> {
  const question = ['auth', 'can-i', ...request.split(' '), '-n', where, `--as=${who}`];
  return async () => (await kubectl(question)).stdout.trim();
}

/** How long it is polled. */
export const patience = { timeout: 40_000 };
