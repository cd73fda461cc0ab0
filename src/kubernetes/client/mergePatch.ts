import { type CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import type { JsonObject } from '../object.ts';
import { type Answer, answerOf } from './answer.ts';

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
 * Answers `ok` with the current object, raw JSON, for `Cache.learn`; `conflict` for another version.
 *
 * client-node sends every patch as a JSON Patch by default, hence the header.
 */
export function patchStatus(
  api: CustomObjectsApi,
  target: CustomObject,
  precondition: Precondition,
  patch: { readonly status: JsonObject; readonly fieldManager: string },
): Promise<Answer<unknown>> {
  return answerOf(async () => {
    const answer: unknown = await api.patchNamespacedCustomObjectStatus(
      {
        ...target,
        body: { metadata: { ...precondition }, status: patch.status },
        fieldManager: patch.fieldManager,
      },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    return answer;
  });
}

/**
 * Writes annotations by JSON merge patch; others stay. Answers `conflict` when the object was deleted and another has
 * its name.
 */
export function patchAnnotations(
  api: CustomObjectsApi,
  target: CustomObject,
  patch: {
    readonly uid: string;
    readonly annotations: Readonly<Record<string, string>>;
    readonly fieldManager: string;
  },
): Promise<Answer<unknown>> {
  return answerOf(async () => {
    const answer: unknown = await api.patchNamespacedCustomObject(
      {
        ...target,
        body: { metadata: { uid: patch.uid, annotations: patch.annotations } },
        fieldManager: patch.fieldManager,
      },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    return answer;
  });
}
