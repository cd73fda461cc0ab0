import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { isObject, type JsonObject } from '../../../src/kubernetes/object.ts';
import type { Draft, StoredEvent } from './store.ts';

/** A request to the scripted API server. */
export type RequestKind = 'list' | 'watch' | 'get' | 'create' | 'replace' | 'patch' | 'delete';

/** One event of a watch on the wire. */
export function lineOf({ type, object }: StoredEvent): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** The object of a request; `name` is undefined when its path names a collection. */
export function kindOf(method: string, name: string | undefined, query: URLSearchParams): RequestKind {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'replace';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return 'delete';
    default:
      if (name !== undefined) {
        return 'get';
      }
      return query.get('watch') === 'true' ? 'watch' : 'list';
  }
}

/** The object that a client sent; undefined when it is none. */
export function draftOf(body: unknown): Draft | undefined {
  if (!isObject(body) || !isObject(body['metadata'])) {
    return undefined;
  }
  const { name, namespace } = body['metadata'];
  return typeof name === 'string' && typeof namespace === 'string'
    ? { ...body, metadata: { ...body['metadata'], name, namespace } }
    : undefined;
}

/** The body of a request; undefined when it has none. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await text(request);
  const json: unknown = body === '' ? undefined : JSON.parse(body);
  return json;
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, code: number, value: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** A metav1.Status of a failure. */
export function statusOf(code: number, reason: string): JsonObject {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `scripted: ${reason}` };
}

/** A kubeconfig (JSON is YAML) for this server. `insecure-skip-tls-verify` is what client-node wants to see before it speaks plain http. */
export function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'scripted',
    clusters: [{ name: 'scripted', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'tester', user: { token: 'not-a-secret' } }],
    contexts: [{ name: 'scripted', context: { cluster: 'scripted', user: 'tester', namespace: 'team' } }],
  });
}
