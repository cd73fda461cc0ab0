import { z } from 'zod';
import type { BuildReason } from '../api/imagespec.generated.ts';
import { parseOwnJson } from '../api/ownJson.ts';
import { sha256 } from '../imagespec/inputHash.ts';
import { beginningOf } from '../text/cut.ts';

/** The identity of a build Job. An annotation of the Job stores it, so that a crash after the create loses nothing. */
export type BuildIdentity = Readonly<z.output<typeof identitySchema>>;

const buildReasons = [
  'SpecChanged',
  'BaseChanged',
  'RebuildRequested',
  'Retry',
  'ImageMissing',
] as const satisfies readonly BuildReason[];

/**
 * Largest number of a build or an attempt, for those who count on: one build a second comes there in thirty years. Whoever may
 * create Jobs may write any number.
 */
const largestNumber = 1_000_000_000;

/** Longest reason for the way of a base, in characters: the CRD's bound on `status.build.baseReason`. */
export const longestBaseReason = 1024;

const identitySchema = z.object({
  /** Increases with every build of the ImageSpec and never resets. */
  number: z.int().min(1).max(largestNumber),
  /** Increases with every retry of one build; the first is 1. */
  attempt: z.int().min(1).max(largestNumber),
  inputHash: z.string().regex(/^[0-9a-f]{64}$/),
  repository: z.string().max(512),
  /** Decides which container reports the digest. */
  pushMode: z.enum(['Isolated', 'Direct']),
  /** Hash of the settings whose change clears a recorded failure although the image stays the same (`settingsOf`). */
  settings: z.string().regex(/^[0-9a-f]{64}$/),
  // The following fields are newer: a Job of an older operator lacks them, and still parses.
  /** Why the build started. */
  reasons: z.array(z.enum(buildReasons)).max(8).default(['SpecChanged']),
  /** Changes since the previous build. */
  changes: z.array(z.string().max(1024)).max(64).default([]),
  /** Mark of the request that it answers (`requestMark`); null without a request. */
  rebuild: z.string().max(8).nullable().default(null),
  retry: z.string().max(8).nullable().default(null),
  /** The attempt at which the count of retries began: a requested retry restores all of them. */
  firstAttempt: z.int().min(1).max(largestNumber).default(1),
  /** The build's bases. A moved base, for example, is in no status before the Job exists. */
  bases: z
    .array(
      z.object({
        image: z.string().max(1024),
        digest: z.string().max(128),
        user: z.string().max(256),
        env: z
          .array(z.object({ name: z.string().max(256), value: z.string().max(4096) }))
          .max(16)
          .exactOptional(),
      }),
    )
    .max(64)
    .default([]),
  /** How the base gets under the build; null: not decided, or an older operator's Job, which unpacks it. */
  base: z.enum(['Mounted', 'Unpacked', 'Composed']).nullable().default(null),
  /** Why in this way; '' where it is not decided. */
  baseReason: z.string().max(longestBaseReason).default(''),
  /** `platformHash` of the platform settings in its Pod; '' when unknown. */
  platform: z.string().max(64).default(''),
  /** Hash of the versions of its Secrets; '' when unknown. */
  secrets: z.string().max(64).default(''),
});

/** Longest annotation value that the status stores, in UTF-16 units. */
const longestRequest = 1024;

/** The part of a request's annotation that the status stores (`lastHandled…`). */
export function keptRequest(value: string): string {
  return beginningOf(value, longestRequest);
}

/**
 * Short mark of a request's annotation value. It stands in the identity of what answers it, and in the tag of a rebuilt
 * image. Its source is what the status keeps of the value, so that both always have the same mark.
 */
export function requestMark(value: string): string {
  return sha256(keptRequest(value)).slice(0, 8);
}

/** Parses the annotation of a Job; undefined for anything that the operator did not write. */
export function parseIdentity(annotation: string): BuildIdentity | undefined {
  return parseOwnJson(identitySchema, annotation);
}

/** `imagespec-` and 20 hex digits. The same build always gets the same name, so the API server refuses a second one. */
export function jobName(uid: string, { inputHash, number, attempt }: BuildIdentity): string {
  return `imagespec-${sha256(`${uid}/${inputHash}/${number}/${attempt}`).slice(0, 20)}`;
}
