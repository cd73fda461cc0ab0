import { expect } from 'vitest';
import type { Condition, ConditionStatus, ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import type { Connection } from '../../src/kubernetes/client/connection.ts';
import { patchStatus } from '../../src/kubernetes/client/mergePatch.ts';
import { typed } from '../support/apiserver/typed.ts';

const type = { group: 'imagespec.dev', version: 'v1alpha1', plural: 'imagespecs' } as const;

/** The parts of an ImageSpec that differ between tests. */
export interface Wanted {
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: object;
}

/** The arguments of a status write. */
export interface Version {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
}

/** Creates an ImageSpec. */
export async function createImageSpec(
  admin: Connection,
  namespace: string,
  name: string,
  { labels = {}, spec = {} }: Wanted = {},
): Promise<Version> {
  const created: Version = await typed(admin).customObjects.createNamespacedCustomObject({
    ...type,
    namespace,
    body: {
      apiVersion: 'imagespec.dev/v1alpha1',
      kind: 'ImageSpec',
      metadata: { name, labels },
      spec: { baseImage: 'jupyter/minimal-notebook', ...spec },
    },
  });
  return created;
}

/** Reads an ImageSpec. */
export async function readImageSpec(
  admin: Connection,
  namespace: string,
  name: string,
): Promise<{ readonly metadata: { readonly generation: number }; readonly status: ImageSpecStatus }> {
  return typed(admin).customObjects.getNamespacedCustomObject({ ...type, namespace, name });
}

/** A condition. */
function condition(kind: string, status: ConditionStatus, reason: string): Condition {
  return { type: kind, status, reason, message: '', observedGeneration: 1, lastTransitionTime: '2026-11-24T12:00:00Z' };
}

/** Writes a status, as the operator's controller would. */
export async function setStatus(
  admin: Connection,
  namespace: string,
  name: string,
  status: Partial<ImageSpecStatus>,
  known?: Version,
): Promise<void> {
  const object: Version =
    known ?? (await typed(admin).customObjects.getNamespacedCustomObject({ ...type, namespace, name }));
  const { uid, resourceVersion } = object.metadata;
  const written = await patchStatus(
    admin,
    { ...type, namespace, name },
    { uid, resourceVersion },
    { status: { observedGeneration: 1, ...status }, fieldManager: 'test' },
  );
  expect(written.is).toBe('ok');
}

/** An image with a digest of this one digit. */
export function imageOf(digit: string): string {
  return `registry.example.com/imagespecs/x@sha256:${digit.repeat(64)}`;
}

/** The status of an ImageSpec whose image was launched. */
export function proven(image: string, verdict = 'LaunchVerified', compatibleImage = image): Partial<ImageSpecStatus> {
  return {
    image,
    conditions: [
      condition('Ready', 'True', 'BuildSucceeded'),
      condition('JupyterHubCompatible', verdict === 'LaunchVerified' ? 'True' : 'False', verdict),
    ],
    jupyterHub: {
      probedImage: image,
      compatibleImage,
      observedTime: '2026-11-24T12:00:00Z',
      settingsHash: 'x',
    },
  };
}
