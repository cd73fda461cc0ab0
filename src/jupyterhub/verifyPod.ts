import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import { parseOwnJson } from '../api/ownJson.ts';
import { canonicalJson } from '../imagespec/canonicalJson.ts';
import type { Verification } from '../imagespec/effective.ts';
import { sha256 } from '../imagespec/inputHash.ts';
import { asWritten, smallResources } from '../kaniko/ownPod.ts';
import { amounts, asHubUser, type CheckInput, checkPod, checkPodName } from './checkPod.ts';
import { contentsCommand } from './contents/script.ts';

const identitySchema = z.object({
  role: z.literal('verify'),
  /** `repository@sha256:…` */
  image: z.string().regex(/^\S{1,512}@sha256:[0-9a-f]{64}$/),
  /** `verifySettingsHash` of the Pod's commands. */
  settings: z.string().regex(/^[0-9a-f]{64}$/),
  /** Increases with every inconclusive try; the first is 1. */
  attempt: z.int().min(1),
});

/**
 * Identifies the try of an image. An annotation of the Pod stores it, so that a crash after the create loses nothing.
 */
export type VerifyIdentity = Readonly<z.output<typeof identitySchema>>;

/** Parses the annotation of a Pod; undefined for anything but a verify Pod of the operator. */
export function parseVerifyIdentity(annotation: string): VerifyIdentity | undefined {
  return parseOwnJson(identitySchema, annotation);
}

/** SHA-256, in hex, of the commands: other commands prove the image again. */
export function verifySettingsHash(verify: readonly Verification[]): string {
  return sha256(
    canonicalJson({
      v: 1,
      verify: verify.map(({ name, command, timeoutSeconds }) => ({ name, command: [...command], timeoutSeconds })),
    }),
  );
}

/** The same try always gets the same name. */
export function verifyPodName(uid: string, { role, image, settings, attempt }: VerifyIdentity): string {
  return checkPodName(uid, [role, image, settings, attempt]);
}

/** Everything that determines the Pod. */
export interface VerifyInput extends CheckInput {
  readonly identity: VerifyIdentity;
  readonly verify: readonly Verification[];
}

/** The container that lists the packages of the image, after all commands succeeded. */
export const contentsContainer = 'contents';

/** The container of the command with this index. */
export function verifyContainer(index: number): string {
  return `verify-${index}`;
}

const contentsSeconds = 120;

/**
 * The Pod that runs the commands of `spec.verify` in the built image, one after another, as a launch's user. It then
 * lists the contents of the image.
 */
export function verifyPod(input: VerifyInput): V1Pod {
  const { owner, identity, verify, hub } = input;
  const inImage = (
    name: string,
    command: readonly string[],
    resources: NonNullable<V1Container['resources']>,
  ): V1Container => asWritten({ name, image: identity.image, command: [...command], resources, ...asHubUser(hub) });
  return checkPod(input, {
    name: verifyPodName(owner.uid, identity),
    role: 'verify',
    identity,
    seconds: verify.reduce((sum, { timeoutSeconds }) => sum + timeoutSeconds, contentsSeconds),
    initContainers: verify.map(({ command }, index) =>
      inImage(verifyContainer(index), command, amounts(hub.resources)),
    ),
    containers: [inImage(contentsContainer, contentsCommand, smallResources)],
  });
}
