import { conditionOf } from '../../api/conditions.ts';
import type { Condition, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { type TaggedReason, taggedReasons } from '../../api/reasons/verdictReasons.ts';
import type { OutputHolder, Seen } from '../model/observation.ts';
import type { MovingTag, Reported } from '../model/situation.ts';

/** Condition `Tagged` without its dates. */
interface Tagged {
  readonly reason: TaggedReason;
  readonly message: string;
}

/** Present state of the moving tag; null: the earlier condition stays true, or there is no image yet. */
function taggedNow({ status, outputHolder }: Seen<'status' | 'outputHolder'>, at: Reported): Tagged | null {
  const isThere = at.is === 'done' || status.image !== undefined;
  if (outputHolder.is === 'other') {
    return isThere ? conflict(outputHolder) : null;
  }
  if (at.is === 'done') {
    return ofMoving(at.moving);
  }
  // The tag waits for the next good image, because the serving image may be in another repository.
  return isThere && conditionOf(status, 'Tagged')?.reason === 'OutputConflict'
    ? {
        reason: 'OutputConflict',
        message: 'no other ImageSpec has this repository and tag any more; the tag moves with the next good image',
      }
    : null;
}

function conflict({ output, name }: Extract<OutputHolder, { is: 'other' }>): Tagged {
  const holder = name === null ? 'an older ImageSpec of another namespace' : `ImageSpec "${name}", which is older,`;
  return {
    reason: 'OutputConflict',
    message: `${holder} has ${output} too, so the operator does not move the tag; write another spec.output.tag`,
  };
}

function ofMoving(moving: MovingTag): Tagged | null {
  switch (moving.is) {
    case 'tagged':
      return { reason: 'Tagged', message: `${moving.tag} is the image` };
    case 'refused':
      return {
        reason: 'TagRefused',
        message: `${moving.tag} cannot be moved: ${moving.message}; the operator tries again`,
      };
    case 'conflict':
    case 'asking':
    case 'due':
      return null;
  }
}

/** Condition `Tagged`, present once there is an image. */
export function taggedCondition(
  seen: Seen<'status' | 'outputHolder'>,
  at: Reported,
  make: (type: string, status: 'True' | 'False' | 'Unknown', reason: string, message: string) => Condition,
): readonly Condition[] {
  const now = taggedNow(seen, at);
  const before = conditionOf(seen.status, 'Tagged');
  return now === null
    ? before === undefined
      ? []
      : [before]
    : [make('Tagged', taggedReasons[now.reason].status, now.reason, now.message)];
}

/** `status.tags`: only tags of this image. */
export function tagsStatus(
  { status, outputHolder }: Seen<'status' | 'outputHolder'>,
  at: Reported,
): Pick<ImageSpecStatus, 'tags'> {
  if (at.is === 'done') {
    return { tags: at.moving.is === 'tagged' ? [...at.tags, at.moving.tag] : at.tags };
  }
  const { tags } = status;
  // The older ImageSpec may move the tag at any time.
  return tags === undefined
    ? {}
    : { tags: outputHolder.is === 'other' ? tags.filter((tag) => tag !== outputHolder.output) : tags };
}
