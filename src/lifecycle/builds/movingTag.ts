import { conditionOf } from '../../api/conditions.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { OutputHolder, Seen } from '../model/observation.ts';
import type { Goal, Good, MovingTag, Pushed, Situation } from '../model/situation.ts';
import type { FixedTag } from './fixedTag.ts';

/** An image has its immutable tag and has passed its checks: the moving tag comes last. */
export function promote(
  seen: Seen<'status' | 'outputHolder'>,
  known: Knowledge,
  { goal, build, good }: Pushed,
  fixed: FixedTag,
): Situation {
  const moving = movingTag(seen.outputHolder, known, goal, good, fixed.already);
  const done: Situation = { is: 'done', goal, build, good, tags: fixed.is === 'put' ? [fixed.tag] : [], moving };
  if (isLate(seen.status, good.image)) {
    return done;
  }
  switch (moving.is) {
    case 'asking':
      return {
        is: 'asking',
        goal,
        build,
        reason: 'Building',
        message: 'the image is being tagged',
        questions: [moving.question],
        asked: 'first',
      };
    case 'due':
      return { is: 'tagging', goal, build, tag: moving.tag, digest: good.digest, mode: 'move' };
    case 'tagged':
    case 'refused':
    case 'conflict':
      return done;
  }
}

/**
 * State of the moving tag of a good image. The image counts by its digest, so a refused moving tag holds up nothing else.
 *
 * @param already tags of this image in the status
 */
function movingTag(
  holder: OutputHolder,
  known: Knowledge,
  { spec }: Goal,
  { digest }: Pick<Good, 'digest'>,
  already: readonly string[],
): MovingTag {
  const tag = `${spec.repository}:${spec.movingTag}`;
  if (holder.is === 'other') {
    return { is: 'conflict', tag };
  }
  if (already.includes(tag)) {
    return { is: 'tagged', tag };
  }
  const held = known.heldBack('putTag', tag);
  if (held !== null) {
    return { is: 'refused', tag, message: held.message, until: held.until };
  }
  const question = { ask: 'digestOf', reference: tag, secret: spec.pushSecret } as const;
  const found = known.reply(question);
  if (found === undefined) {
    return { is: 'asking', tag, question };
  }
  const { reply, expires } = found;
  switch (reply.is) {
    case 'known':
      return { is: reply.value === digest ? 'tagged' : 'due', tag };
    case 'secretMissing':
      return {
        is: 'refused',
        tag,
        message: `Secret "${reply.secret}" with key ${reply.key} is missing`,
        until: expires,
      };
    case 'failed':
      return { is: 'refused', tag, message: reply.failure.message, until: expires };
  }
}

/** Whether only the tag is missing: the image serves already, and the registry has refused the tag. */
function isLate(status: ImageSpecStatus, image: string): boolean {
  const before = conditionOf(status, 'Tagged');
  return status.image === image && before?.status === 'False';
}
