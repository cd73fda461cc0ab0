import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { auditLog } from '../../tools/cluster/control-plane.ts';

/** audit.k8s.io/v1 Event, as far as it matters here. */
const eventSchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({ resource: z.string(), subresource: z.string().optional(), namespace: z.string().optional() })
    .optional(),
  requestReceivedTimestamp: z.string(),
});

/** A request to the API server. */
export interface Request {
  /** `patch imagespecs/status`. */
  readonly what: string;
  readonly user: string;
  readonly namespace: string;
  /** ms since epoch. */
  readonly at: number;
}

/** Every request of ServiceAccounts that the API server of a cluster on this machine has logged. */
export async function requestsOf(clusterFolder: string): Promise<readonly Request[]> {
  const lines = (await readFile(join(clusterFolder, auditLog), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const { verb, user, objectRef, requestReceivedTimestamp } = eventSchema.parse(JSON.parse(line));
    const { resource = 'no resource', subresource, namespace = '' } = objectRef ?? {};
    return {
      what: `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`,
      user: user.username,
      namespace,
      at: new Date(requestReceivedTimestamp).getTime(),
    };
  });
}

/** The number of each request. */
export function countByWhat(requests: readonly Request[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { what } of requests) {
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}
