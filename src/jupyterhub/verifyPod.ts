import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import { parseOwnJson } from '../api/ownJson.ts';
import { canonicalJson } from '../imagespec/canonicalJson.ts';
import type { Verification } from '../imagespec/effective.ts';
import { sha256 } from '../imagespec/inputHash.ts';
import { smallResources } from '../kaniko/ownPod.ts';
import { amounts, asHubUser, type CheckInput, checkPod, checkPodName } from './checkPod.ts';
import { contentsCommand } from './contents/script.ts';

const identitySchema = z.object({
  role: z.literal('verify'),
  /** `repository@sha256:…` */
  image: z.string().regex(/^\S{1,512}@sha256:[0-9a-f]{64}$/),
  /** `verifySettingsHash` of the commands that the Pod runs. */
  settings: z.string().regex(/^[0-9a-f]{64}$/),
  /** Rises with every try that told nothing; the first is 1. */
  attempt: z.int().min(1),
});

/** Which try of which image a Pod is: written into an annotation, so that a crash after the create loses nothing. */
export type VerifyIdentity = Readonly<z.output<typeof identitySchema>>;

/** Reads the annotation of a Pod; undefined for anything that is no such Pod of ours. */
export function parseVerifyIdentity(annotation: string): VerifyIdentity | undefined {
  return parseOwnJson(identitySchema, annotation);
}

/** SHA-256, in hex, of the commands: with others the image is tried again. */
export function verifySettingsHash(verify: readonly Verification[]): string {
  return sha256(
    canonicalJson({
      v: 1,
      verify: verify.map(({ name, command, timeoutSeconds }) => ({ name, command: [...command], timeoutSeconds })),
    }),
  );
}

/** The same try has the same name. */
export function verifyPodName(uid: string, { role, image, settings, attempt }: VerifyIdentity): string {
  return checkPodName(uid, [role, image, settings, attempt]);
}

/** Everything that determines the Pod. */
export interface VerifyInput extends CheckInput {
  readonly identity: VerifyIdentity;
  readonly verify: readonly Verification[];
}

/** The container that lists the packages of the image, after all commands have passed. */
export const contentsContainer = 'contents';

/** The container of the command with this index. */
export function verifyContainer(index: number): string {
  return `verify-${index}`;
}

const contentsSeconds = 120;

/**
 * The Pod that runs the commands of `spec.verify` in the built image, one after the other, as the user of a launch, and
 * then lists what is in the image.
 */
export function verifyPod(input: VerifyInput): V1Pod {
  const { owner, identity, verify, hub } = input;
  const inImage = (
    name: string,
    command: readonly string[],
    resources: NonNullable<V1Container['resources']>,
  ): V1Container => ({ name, image: identity.image, command: [...command], resources, ...asHubUser(hub) });
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
