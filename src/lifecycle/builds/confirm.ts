import { failureOf } from '../../api/failure.ts';
import type { Instant } from '../../api/time.ts';
import { digestIn } from '../../oci/digest.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Question } from '../model/question.ts';
import type { Claimed, Failed, Pushed, Situation, Waiting } from '../model/situation.ts';

/** Queries for an image that the registry does not show, with growing pauses. */
const confirmTries = 5;

/** A build has pushed: its image counts once the registry confirms the digest. */
export function confirm(known: Knowledge, now: Instant, claimed: Claimed): Situation | Pushed | Failed {
  const { goal, build, image, reason } = claimed;
  const { spec } = goal;
  const context = { goal, build, reason: 'Building', message: 'the image is pushed and being confirmed' } as const;
  const question = { ask: 'image', reference: image, secret: spec.pushSecret, platform: spec.platform } as const;
  const there = known.needs(question, context);
  if (there.is !== 'known') {
    return there;
  }
  const ended = { ...build, completionTime: build.completionTime ?? now };
  if (there.value === null) {
    return notShown(known, now, question, { ...claimed, build: ended });
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
  known: Knowledge,
  now: Instant,
  question: Extract<Question, { ask: 'image' }>,
  { goal, build }: Claimed,
): Waiting | Failed {
  const message = `the registry does not show ${question.reference}, which the build pushed`;
  const failure = failureOf('RegistryUnavailable', message);
  if (known.failures(question) >= confirmTries) {
    // The registry lost the image, so another attempt builds it.
    return { is: 'failed', goal, build: { ...build, image: null }, failure };
  }
  return {
    is: 'waiting',
    goal,
    reason: 'Retrying',
    message: `${message}; the operator asks again`,
    failure,
    build: { ...build, completionTime: null },
    until: known.reply(question)?.expires ?? now,
  };
}
