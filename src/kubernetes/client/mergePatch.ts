import type { JsonObject } from '../object.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Connection } from './connection.ts';
import { pathOf } from './paths.ts';

/** An object of a custom resource type. */
export interface CustomObject {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The version of an object that a write targets; any other is answered as `conflict`. The resourceVersion also guards
 * against a new object of the same name, because no two versions share one. In a patch of a custom resource's status,
 * kube-apiserver 1.35 ignores the uid.
 */
export interface Precondition {
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * Writes the status subresource by JSON merge patch (RFC 7386: a null deletes a field, an array replaces the whole).
 * Answers `ok` with the current object, raw JSON, for `Cache.observe`; `conflict` for another version.
 */
export function patchStatus(
  { send }: Pick<Connection, 'send'>,
  target: CustomObject,
  precondition: Precondition,
  { status, fieldManager }: { readonly status: JsonObject; readonly fieldManager: string },
): Promise<Answer<unknown>> {
  return answerOf(() =>
    send({
      method: 'PATCH',
      path: `${pathOfCustom(target)}/status`,
      query: { fieldManager },
      body: { metadata: { ...precondition }, status },
    }),
  );
}

/**
 * Writes annotations by JSON merge patch; others stay. Answers `conflict` when the object was deleted and another has
 * its name.
 */
export function patchAnnotations(
  { send }: Pick<Connection, 'send'>,
  target: CustomObject,
  patch: {
    readonly uid: string;
    readonly annotations: Readonly<Record<string, string>>;
    readonly fieldManager: string;
  },
): Promise<Answer<unknown>> {
  const { uid, annotations, fieldManager } = patch;
  return answerOf(() =>
    send({
      method: 'PATCH',
      path: pathOfCustom(target),
      query: { fieldManager },
      body: { metadata: { uid, annotations } },
    }),
  );
}

function pathOfCustom({ group, version, plural, namespace, name }: CustomObject): string {
  return pathOf({ api: `/apis/${group}/${version}`, plural, namespace }, name);
}
