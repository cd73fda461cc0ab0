import { failureOf } from '../../api/failure.ts';
import { digestIn } from '../../oci/digest.ts';
import { needs } from '../model/needs.ts';
import type { Observation } from '../model/observation.ts';
import { lastAnswer, type Question, replyTo } from '../model/question.ts';
import type { BuildRecord, Goal, Good, Pushed, Situation, Stalled, Waiting } from '../model/situation.ts';
import { afterFailure } from './afterFailure.ts';

/** Queries for an image that the registry does not show, with growing pauses. */
const confirmTries = 5;

/** A build has pushed: its image counts once the registry confirms the digest. */
export function confirmed(
  seen: Observation,
  goal: Goal,
  build: BuildRecord,
  { image, reason }: Pick<Good, 'image' | 'reason'>,
): Situation | Pushed {
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
  return { is: 'pushed', goal, build: { ...ended, image }, good: { image, digest, sizeBytes, reason } };
}

/** A single 404 right after the push proves nothing: a registry with several replicas may show the image later. */
function notShown(
  seen: Observation,
  question: Extract<Question, { ask: 'image' }>,
  goal: Goal,
  build: BuildRecord,
): Waiting | Stalled {
  const message = `the registry does not show ${question.reference}, which the build pushed`;
  const failure = failureOf('RegistryUnavailable', message);
  if ((lastAnswer(seen.answers, question)?.failures ?? 0) >= confirmTries) {
    // The registry lost the image, so another attempt builds it.
    return afterFailure(seen, goal, { ...build, image: null }, failure);
  }
  const until = replyTo(seen.answers, question, seen.now)?.expires ?? seen.now;
  const open = { ...build, completionTime: null };
  return {
    is: 'waiting',
    goal,
    reason: 'Retrying',
    message: `${message}; the operator asks again`,
    failure,
    build: open,
    until,
  };
}
