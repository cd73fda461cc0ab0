import type { Condition, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { type TaggedReason, taggedReasons } from '../../api/reasons.ts';
import type { Observation } from '../model/observation.ts';
import type { Told } from './conditions.ts';

/** Condition `Tagged` before it is dated: what is true of the moving tag. */
interface Tagged {
  readonly reason: TaggedReason;
  readonly message: string;
}

/** What is said of the moving tag now; null: what was said before stays true, or there is no image yet. */
function taggedNow(at: Told): Tagged | null {
  if (at.is !== 'done') {
    return null;
  }
  const { moving } = at;
  switch (moving.is) {
    case 'tagged':
      return { reason: 'Tagged', message: `${moving.tag} is the image` };
    case 'refused':
      return { reason: 'TagRefused', message: `${moving.tag} cannot be moved: ${moving.message}; it is tried again` };
    case 'asking':
    case 'due':
      return null;
  }
}

/** Condition `Tagged`, by what makes a condition; it is there once there is an image. */
export function taggedCondition(
  seen: Observation,
  at: Told,
  make: (type: string, status: 'True' | 'False' | 'Unknown', reason: string, message: string) => Condition,
): readonly Condition[] {
  const now = taggedNow(at);
  return now === null
    ? (seen.status.conditions ?? []).filter(({ type }) => type === 'Tagged')
    : [make('Tagged', taggedReasons[now.reason].status, now.reason, now.message)];
}

/** `status.tags`: only those that are this image. */
export function tagsStatus({ status }: Observation, at: Told): Pick<ImageSpecStatus, 'tags'> {
  if (at.is !== 'done') {
    return status.tags === undefined ? {} : { tags: status.tags };
  }
  return { tags: at.moving.is === 'tagged' ? [...at.tags, at.moving.tag] : at.tags };
}
