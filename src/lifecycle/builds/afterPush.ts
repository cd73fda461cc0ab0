import { type Failure, failureOf } from '../../api/failure.ts';
import { isInfrastructureCause } from '../../api/reasons.ts';
import { immutableTag } from '../../imagespec/inputHash.ts';
import { requestMark } from '../../kaniko/identity.ts';
import { heldBack } from '../model/failedEffect.ts';
import { needs } from '../model/needs.ts';
import type { Observation } from '../model/observation.ts';
import { lastAnswer, type Question, replyTo } from '../model/question.ts';
import type { BuildRecord, Goal, Good, Situation, Waiting } from '../model/situation.ts';
import { gate } from '../proofs/gate.ts';
import { isLate, movingTag } from './movingTag.ts';

/** The registry does not show an image that was pushed, however often it is asked. */
export interface NotShown {
  readonly is: 'notShown';
  readonly build: BuildRecord;
  readonly failure: Failure;
}

/** How often a registry is asked for an image that it does not show, with growing pauses. */
const confirmTries = 5;

/** The push ended well: the registry must confirm the digest before it counts. */
export function confirmed(
  seen: Observation,
  goal: Goal,
  build: BuildRecord,
  { image, reason }: Pick<Good, 'image' | 'reason'>,
): Situation | NotShown {
  const { spec } = goal;
  const context = { goal, build, reason: 'Building', message: 'the image is pushed and being confirmed' } as const;
  const question = { ask: 'image', reference: image, secret: spec.pushSecret, platform: spec.platform } as const;
  const there = needs(seen, question, context);
  if (there.is !== 'known') {
    return there;
  }
  const ended = { ...build, completionTime: build.completionTime ?? seen.now };
  if (there.value === null) {
    return notShown(seen, question, goal, ended);
  }
  const digest = digestIn(image);
  if (there.value.digest !== digest) {
    const failure = failureOf('DigestMismatch', `the registry holds ${there.value.digest} in place of ${image}`);
    return { is: 'stalled', goal, failure, build: ended, until: null };
  }
  const { sizeBytes } = there.value;
  return settle(seen, goal, { ...ended, image }, { image, digest, sizeBytes, reason });
}

/** One 404 right after the push proves nothing: a registry of several replicas may show the image later. */
function notShown(
  seen: Observation,
  question: Extract<Question, { ask: 'image' }>,
  goal: Goal,
  build: BuildRecord,
): Waiting | NotShown {
  const message = `the registry does not show ${question.reference}, which the build pushed`;
  const failure = failureOf('RegistryUnavailable', message);
  if ((lastAnswer(seen.answers, question)?.failures ?? 0) >= confirmTries) {
    return { is: 'notShown', build: { ...build, image: null }, failure };
  }
  const until = replyTo(seen.answers, question, seen.now)?.expires ?? seen.now;
  const open = { ...build, completionTime: null };
  return {
    is: 'waiting',
    goal,
    reason: 'Retrying',
    message: `${message}; it is asked again`,
    failure,
    build: open,
    until,
  };
}

/** The digest of an image by digest. */
export function digestIn(image: string): string {
  return image.slice(image.indexOf('@') + 1);
}

/** A confirmed image on its way to `status.image`: the immutable tag first, the moving one last. */
export function settle(seen: Observation, goal: Goal, build: BuildRecord, good: Good): Situation {
  const { spec } = goal;
  const fixed = `${spec.repository}:${immutableTag(goal.inputHash, build.identity.rebuild)}`;
  const already = seen.status.image === good.image ? (seen.status.tags ?? []) : [];
  const put = fixedTag(seen, goal, build, good, fixed, already);
  if (put.is !== 'put' && put.is !== 'taken') {
    return put;
  }
  const held = gate(seen, goal, build, good.image);
  if (held !== null) {
    return held;
  }
  const moving = movingTag(seen, goal, good, already);
  const done: Situation = { is: 'done', goal, build, good, tags: put.is === 'put' ? [put.tag] : [], moving };
  if (isLate(seen, good.image)) {
    return done;
  }
  switch (moving.is) {
    case 'asking':
      return { is: 'asking', goal, build, ...tagging, questions: [moving.question] };
    case 'due':
      return { is: 'tagging', goal, build, tag: moving.tag, digest: good.digest, mode: 'move' };
    case 'tagged':
    case 'refused':
    case 'conflict':
      return done;
  }
}

const tagging = { reason: 'Building', message: 'the image is being tagged' } as const;

/** Which digest a tag names. */
function heldBy(seen: Observation, goal: Goal, build: BuildRecord, tag: string) {
  return needs(seen, { ask: 'digestOf', reference: tag, secret: goal.spec.pushSecret }, { goal, build, ...tagging });
}

/**
 * The immutable tag is never overwritten. Where the same input was built before, by a resource that is gone or for a request,
 * its tag names that image; then this resource has one of its own.
 */
function fixedTag(
  seen: Observation,
  goal: Goal,
  build: BuildRecord,
  good: Good,
  tag: string,
  already: readonly string[],
): Situation | { readonly is: 'put'; readonly tag: string } | { readonly is: 'taken' } {
  const own = build.identity.rebuild === null ? [`${tag}-r${requestMark(seen.self.uid)}`] : [];
  for (const candidate of [tag, ...own]) {
    if (already.includes(candidate)) {
      return { is: 'put', tag: candidate };
    }
    const holds = heldBy(seen, goal, build, candidate);
    if (holds.is !== 'known') {
      return holds;
    }
    if (holds.value === null) {
      const refused = refusedTag(seen, goal, build, candidate);
      if (refused !== null) {
        return refused;
      }
      return { is: 'tagging', goal, build, tag: candidate, digest: good.digest, mode: 'neverOverwrite' };
    }
    if (holds.value === good.digest) {
      return { is: 'put', tag: candidate };
    }
  }
  if (good.reason === 'ImageReused') {
    return { is: 'taken' };
  }
  const failure = failureOf(
    'DigestMismatch',
    `${tag} already names another image, and so does the tag of this resource; neither is ever overwritten`,
  );
  return { is: 'stalled', goal, failure, build, until: null };
}

/** The registry did not take this immutable tag a moment ago. Without it an image is not good: nothing else keeps it from being collected. */
function refusedTag(seen: Observation, goal: Goal, build: BuildRecord, tag: string): Situation | null {
  const held = heldBack(seen, 'putTag', tag);
  if (held === null) {
    return null;
  }
  const { until } = held;
  const failure = failureOf(held.reason ?? 'PushFailed', `the immutable tag ${tag} cannot be put: ${held.message}`);
  return isInfrastructureCause(failure.reason)
    ? { is: 'waiting', goal, reason: 'Retrying', message: failure.message, failure, build, until }
    : { is: 'stalled', goal, failure, build, until };
}
