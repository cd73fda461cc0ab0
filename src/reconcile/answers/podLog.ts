import type { ObjectRef } from '../../kaniko/run.ts';
import { type Answer, answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';

/** The log of a container: its last `tailLines` lines, and at most `limitBytes` bytes. */
export function readPodLog(
  connection: Connection,
  { namespace, name }: ObjectRef,
  container: string,
  limits: { readonly tailLines?: number; readonly limitBytes: number },
): Promise<Answer<string>> {
  return answerOf(async () => {
    const text: unknown = await emptyLogAsText(() =>
      connection.core.readNamespacedPodLog({ namespace, name, container, ...limits }),
    );
    return typeof text === 'string' ? text : '';
  });
}

/** The API server sends an empty log without a Content-Type, which client-node 2.0.1 throws at as a plain Error. */
async function emptyLogAsText(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.message.includes('No Content-Type defined')) {
      return '';
    }
    throw error;
  }
}
