import type { ObjectRef } from '../../kaniko/run.ts';
import { type Answer, answerOf } from '../../kubernetes/client/answer.ts';
import type { Connection } from '../../kubernetes/client/connection.ts';
import { pathOf } from '../../kubernetes/client/paths.ts';

/** The log of a container: its last `tailLines` lines, and at most `limitBytes` bytes. */
export function readPodLog(
  connection: Connection,
  { namespace, name }: ObjectRef,
  container: string,
  limits: { readonly tailLines?: number; readonly limitBytes: number },
): Promise<Answer<string>> {
  const path = `${pathOf({ api: '/api/v1', plural: 'pods', namespace }, name)}/log`;
  return answerOf(() => connection.getText(path, { container, ...limits }));
}
