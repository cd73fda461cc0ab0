import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { auditLog } from '../../tools/cluster/control-plane.ts';

/** audit.k8s.io/v1 Event, as far as it matters here. */
const eventSchema = z.object({
  verb: z.string(),
  user: z.object({ username: z.string() }),
  objectRef: z
    .object({
      resource: z.string(),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    })
    .optional(),
  responseStatus: z.object({ code: z.number() }).optional(),
  requestReceivedTimestamp: z.string(),
  stageTimestamp: z.string(),
});

/** A request to the API server. */
export interface Request {
  /** `patch imagespecs/status`. */
  readonly what: string;
  readonly user: string;
  readonly namespace: string;
  /** Name of the object, also of one that was created. */
  readonly name: string;
  /** Status of the answer. */
  readonly code: number;
  /** ms since epoch. */
  readonly at: number;
  /** When it was answered, ms since epoch. */
  readonly answeredAt: number;
}

/** Every request of ServiceAccounts that the API server of a cluster on this machine has logged. */
export async function requestsOf(clusterFolder: string): Promise<readonly Request[]> {
  const lines = (await readFile(join(clusterFolder, auditLog), 'utf8')).trim().split('\n');
  return lines.map(requestOf);
}

/** The same while the API server runs: each read goes on where the one before ended. */
export class AuditLog {
  readonly #path: string;
  readonly #requests: Request[] = [];
  #offset = 0;

  constructor(clusterFolder: string) {
    this.#path = join(clusterFolder, auditLog);
  }

  /** All requests so far. */
  async read(): Promise<readonly Request[]> {
    const file = await open(this.#path);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read({ position: this.#offset, buffer: Buffer.alloc(size - this.#offset) });
      // The last line may not be whole yet.
      const end = buffer.lastIndexOf('\n') + 1;
      this.#offset += end;
      for (const line of buffer.toString('utf8', 0, end).split('\n')) {
        if (line !== '') this.#requests.push(requestOf(line));
      }
    } finally {
      await file.close();
    }
    return this.#requests;
  }
}

function requestOf(line: string): Request {
  const { verb, user, objectRef, responseStatus, ...times } = eventSchema.parse(JSON.parse(line));
  const { resource = 'no resource', subresource, namespace = '', name = '' } = objectRef ?? {};
  return {
    what: `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`,
    user: user.username,
    namespace,
    name,
    code: responseStatus?.code ?? 0,
    at: new Date(times.requestReceivedTimestamp).getTime(),
    answeredAt: new Date(times.stageTimestamp).getTime(),
  };
}

/** The number of each request. */
export function countByWhat(requests: readonly Request[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { what } of requests) {
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}
