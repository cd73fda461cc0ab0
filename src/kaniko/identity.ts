import { z } from 'zod';
import type { BuildReason } from '../api/imagespec.generated.ts';
import { parseOwnJson } from '../api/ownJson.ts';
import { sha256 } from '../imagespec/inputHash.ts';
import { beginningOf } from '../text/cut.ts';

/** What one build Job builds: written into an annotation of the Job, so that a crash after the create loses nothing. */
export type BuildIdentity = Readonly<z.output<typeof identitySchema>>;

const buildReasons = [
  'SpecChanged',
  'BaseChanged',
  'RebuildRequested',
  'Retry',
  'ImageMissing',
] as const satisfies readonly BuildReason[];

const identitySchema = z.object({
  /** Rises with every build of the resource and never resets. */
  number: z.int().min(1),
  /** Rises with every retry of one build; the first is 1. */
  attempt: z.int().min(1),
  inputHash: z.string().regex(/^[0-9a-f]{64}$/),
  repository: z.string().max(512),
  /** Which container's word on the digest counts. */
  pushMode: z.enum(['Isolated', 'Direct']),
  /** Hash of the settings of the resource (`settingsOf`): tells whether an edit that leaves the image alone may mend a failure. */
  settings: z.string().regex(/^[0-9a-f]{64}$/),
  // What follows came later: a Job of an older operator lacks it, and is read all the same.
  /** Why it was started. */
  reasons: z.array(z.enum(buildReasons)).max(8).default(['SpecChanged']),
  /** What changed since the build before. */
  changes: z.array(z.string()).max(64).default([]),
  /** Of the request that it answers (`requestMark`); null when nobody asked. */
  rebuild: z.string().max(8).nullable().default(null),
  retry: z.string().max(8).nullable().default(null),
  /** The attempt with which the count of retries began: a person who asks for one is given all of them again. */
  firstAttempt: z.int().min(1).default(1),
  /** What it is built on: a base that has moved, say, which no status tells of before the Job is there. */
  bases: z
    .array(z.object({ image: z.string(), digest: z.string(), user: z.string() }))
    .max(64)
    .default([]),
  /** `platformHash` of the platform's settings in its Pod; '' when unknown. */
  platform: z.string().max(64).default(''),
  /** Hash of the versions of the Secrets that it uses; '' when unknown. */
  secrets: z.string().max(64).default(''),
});

/** Longest value of an annotation that the status keeps, in UTF-16 units. */
const longestRequest = 1024;

/** What the status keeps of an annotation that asks for something (`lastHandled…`). */
export function keptRequest(value: string): string {
  return beginningOf(value, longestRequest);
}

/** Short mark of a request's annotation value, in the identity of what answers it and in the tag of a rebuilt image. */
export function requestMark(value: string): string {
  return sha256(value).slice(0, 8);
}

/** Reads the annotation of a Job; undefined for anything that we did not write. */
export function parseIdentity(annotation: string): BuildIdentity | undefined {
  return parseOwnJson(identitySchema, annotation);
}

/** `imagespec-` and 20 hex digits: the same build has the same name, so the API server itself refuses a second one. */
export function jobName(uid: string, { inputHash, number, attempt }: BuildIdentity): string {
  return `imagespec-${sha256(`${uid}/${inputHash}/${number}/${attempt}`).slice(0, 20)}`;
}
