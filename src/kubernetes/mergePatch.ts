import { type CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { type Answer, answerOf } from './answer.ts';
import type { JsonObject } from './object.ts';

/** A custom resource type, and the object of it that is meant. */
export interface CustomObject {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * The version of an object that a write is meant for; any other is answered as `conflict`. It is the resourceVersion
 * that guards, also against an object that took the place of the one meant, as no two versions share one: kube-apiserver
 * 1.35 does not look at the uid in a patch of a custom resource's status.
 */
export interface Precondition {
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * Writes the status subresource by JSON merge patch (RFC 7386: a null deletes a field, an array replaces the whole).
 * Answers `ok` with the object as it is now, raw JSON, for `Cache.learn`; `conflict` when it is not the version meant.
 *
 * client-node sends every patch as a JSON Patch unless told otherwise, hence the header.
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
 * Writes annotations by JSON merge patch; those that are not named stay. Answers `conflict` when the object was deleted and
 * another has taken its name.
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
