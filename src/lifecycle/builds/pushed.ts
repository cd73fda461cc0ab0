import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { digestIn } from '../../oci/digest.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Seen } from '../model/observation.ts';
import { recordedFailure, settingsOf } from '../model/record.ts';
import type { OpenRequests } from '../model/requests.ts';
import type { Claimed, Goal, Pushed, Situation } from '../model/situation.ts';
import type { Judge } from '../proofs/checked.ts';
import { gate } from '../proofs/gate.ts';
import { fixedTag } from './fixedTag.ts';
import type { LastBuild } from './lastBuild.ts';
import { promote } from './movingTag.ts';

/** The status holds the image of the last build; the registry confirms it again unless it serves already. */
export function fromPushed(
  status: ImageSpecStatus,
  { retry }: OpenRequests,
  judge: Judge,
  goal: Goal,
  { record: build, image }: Extract<LastBuild, { is: 'pushed' }>,
): Situation | Pushed | Claimed {
  if (status.failure?.reason === 'Cancelled' && build.identity.settings === settingsOf(goal.spec) && retry === null) {
    // A person cancelled the checks of this image, and no later request is open.
    return { is: 'stalled', goal, failure: recordedFailure(status), build, until: null };
  }
  const reason = build.job === null ? 'ImageReused' : 'BuildSucceeded';
  const good = { image, digest: digestIn(image), sizeBytes: null, reason } as const;
  const pushed: Pushed = { is: 'pushed', goal, build, good };
  if (status.image === image) {
    return pushed;
  }
  const held = gate(pushed, judge(image));
  // The registry confirmed the image before its checks began, so its present answer does not change their failure.
  return held?.is === 'stalled' ? held : { is: 'claimed', goal, build, image, reason };
}

/** The registry has the image: the operator puts the immutable tag, runs the checks, and then puts the moving tag. */
export function afterPush(
  seen: Seen<'self' | 'status' | 'outputHolder'>,
  known: Knowledge,
  judge: Judge,
  pushed: Pushed,
): Situation {
  const fixed = fixedTag(seen, known, pushed);
  if (fixed.is !== 'put' && fixed.is !== 'taken') {
    return fixed;
  }
  return gate(pushed, judge(pushed.good.image)) ?? promote(seen, known, pushed, fixed);
}
