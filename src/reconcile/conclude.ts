import { failureOf } from '../api/failure.ts';
import { immutableTag } from '../spec/inputHash.ts';
import { needs } from './facts.ts';
import type { Observation } from './observation.ts';
import type { BuildRecord, Goal, Situation } from './situation.ts';

/** The push ended well: the registry must confirm the digest, then the tags are put, the moving one last. */
export function conclude(seen: Observation, goal: Goal, build: BuildRecord, image: string): Situation {
  const { spec } = goal;
  const context = { goal, build, reason: 'Building', message: 'the image is pushed and being confirmed' } as const;
  const confirmed = needs(
    seen,
    { ask: 'image', reference: image, secret: spec.pushSecret, platform: spec.platform },
    context,
  );
  if (confirmed.is !== 'known') {
    return confirmed;
  }
  const digest = image.slice(image.indexOf('@') + 1);
  const ended = { ...build, completionTime: build.completionTime ?? seen.now };
  if (confirmed.value === null || confirmed.value.digest !== digest) {
    const failure = failureOf('DigestMismatch', `the registry does not hold ${image}, which the build pushed`);
    return { is: 'stalled', goal, failure, build: ended, until: null };
  }
  const sizeBytes = confirmed.value.sizeBytes;
  return tagged(seen, goal, ended, { image, digest, sizeBytes, reason: 'BuildSucceeded' });
}

/** An image that is good, and why. */
export interface Good {
  readonly image: string;
  readonly digest: string;
  readonly sizeBytes: number | null;
  readonly reason: 'BuildSucceeded' | 'ImageReused';
}

/** Both tags name the image, or the next one is put. */
export function tagged(seen: Observation, goal: Goal, build: BuildRecord, good: Good): Situation {
  const { spec } = goal;
  const fixed = `${spec.repository}:${immutableTag(goal.inputHash, null)}`;
  const moving = `${spec.repository}:${spec.movingTag}`;
  const already = seen.status.image === good.image ? (seen.status.tags ?? []) : [];
  for (const [tag, mode] of [
    [fixed, 'neverOverwrite'],
    [moving, 'move'],
  ] as const) {
    if (already.includes(tag)) {
      continue;
    }
    const holds = needs(
      seen,
      { ask: 'digestOf', reference: tag, secret: spec.pushSecret },
      { goal, build, reason: 'Building', message: 'the image is being tagged' },
    );
    if (holds.is !== 'known') {
      return holds;
    }
    if (mode === 'neverOverwrite' && holds.value !== null && holds.value !== good.digest) {
      const failure = failureOf(
        'DigestMismatch',
        `${tag} already names another image (${holds.value}), and is never overwritten`,
      );
      return { is: 'stalled', goal, failure, build, until: null };
    }
    if (holds.value !== good.digest) {
      return { is: 'tagging', goal, build, tag, digest: good.digest, mode };
    }
  }
  return {
    is: 'done',
    goal,
    build,
    reason: good.reason,
    image: good.image,
    sizeBytes: good.sizeBytes,
    tags: [fixed, moving],
  };
}
