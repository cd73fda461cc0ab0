import { failureOf } from '../../api/failure.ts';
import { isInfrastructureCause } from '../../api/reasons/failureReasons.ts';
import { immutableTag } from '../../imagespec/inputHash.ts';
import { requestMark } from '../../kaniko/identity.ts';
import type { Trouble } from '../model/failedEffect.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Seen } from '../model/observation.ts';
import type { BuildRecord, Goal, Pushed, Situation } from '../model/situation.ts';

const tagging = { reason: 'Building', message: 'the image is being tagged' } as const;

/** State of an image's immutable tag. `already`: all tags of this image in the status. */
export type FixedTag =
  | { readonly is: 'put'; readonly tag: string; readonly already: readonly string[] }
  /** The tag names another image of the same input. */
  | { readonly is: 'taken'; readonly already: readonly string[] };

function tagsOf({ status }: Seen<'status'>, image: string): readonly string[] {
  return status.image === image ? (status.tags ?? []) : [];
}

/**
 * Puts the immutable tag, and never overwrites it. An earlier build of the same input may have the tag: of a deleted
 * ImageSpec, or before a rebuild. This image then gets a tag of its own.
 */
export function fixedTag(
  seen: Seen<'self' | 'status'>,
  known: Knowledge,
  { goal, build, good }: Pushed,
): FixedTag | Situation {
  const tag = `${goal.spec.repository}:${immutableTag(goal.inputHash, build.identity.rebuild)}`;
  const already = tagsOf(seen, good.image);
  const own = build.identity.rebuild === null ? [`${tag}-r${requestMark(seen.self.uid)}`] : [];
  for (const candidate of [tag, ...own]) {
    if (already.includes(candidate)) {
      return { is: 'put', tag: candidate, already };
    }
    const trouble = known.trouble('putTag', candidate);
    if (trouble?.tried === 'later') {
      return refusedTag(goal, build, candidate, trouble);
    }
    const question = { ask: 'digestOf', reference: candidate, secret: goal.spec.pushSecret } as const;
    const holds = known.needs(question, { goal, build, ...tagging });
    if (holds.is === 'asking' && trouble !== null) {
      return { ...holds, asked: 'again' };
    }
    if (holds.is !== 'known') {
      return holds;
    }
    if (holds.value === null) {
      return { is: 'tagging', goal, build, tag: candidate, digest: good.digest, mode: 'neverOverwrite' };
    }
    if (holds.value === good.digest) {
      return { is: 'put', tag: candidate, already };
    }
  }
  if (good.reason === 'ImageReused') {
    return { is: 'taken', already };
  }
  const failure = failureOf(
    'DigestMismatch',
    `${tag} already names another image, and so does the tag of this resource; neither is ever overwritten`,
  );
  return { is: 'stalled', goal, failure, build, until: null };
}

/** The registry has just refused this immutable tag. An untagged image is not good: garbage collection may take it. */
function refusedTag(goal: Goal, build: BuildRecord, tag: string, { reason, message, until }: Trouble): Situation {
  const failure = failureOf(reason ?? 'PushFailed', `the immutable tag ${tag} cannot be pushed: ${message}`);
  return isInfrastructureCause(failure.reason)
    ? { is: 'waiting', goal, reason: 'Retrying', message: failure.message, failure, build, until }
    : { is: 'stalled', goal, failure, build, until };
}
