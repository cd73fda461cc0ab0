import { contentsContainer, type VerifyIdentity, verifySettingsHash } from '../../jupyterhub/verifyPod.ts';
import { isOver } from '../../kaniko/run.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Seen } from '../model/observation.ts';
import type { Situation } from '../model/situation.ts';
import type { Contents } from '../model/standing.ts';
import { type Attempts, waitUntil } from './attempts.ts';

/**
 * Lists the packages of a good image once: in the Pod of `spec.verify`, else in a check Pod of its own. An image that cannot
 * start has an empty list, as has one whose attempts were all interrupted.
 */
export function contentsOf(
  seen: Seen<'status' | 'checkPods'>,
  known: Knowledge,
  attempts: Attempts,
  at: Extract<Situation, { is: 'done' }>,
): Contents {
  const { good, goal } = at;
  const { image } = good;
  if (seen.status.contents?.digest === good.digest || known.heldBack('writeContents', image) !== null) {
    return { is: 'none' };
  }
  const runs = seen.checkPods
    .filter(({ identity }) => identity.role === 'verify' && identity.image === image)
    .toSorted((a, b) => a.identity.attempt - b.identity.attempt);
  const listed = runs.find(({ pod }) => pod.containers[contentsContainer]?.is === 'terminated');
  if (listed !== undefined) {
    return { is: 'write', run: listed };
  }
  if (runs.some(({ pod }) => !isOver(pod) && pod.deletedAt === null)) {
    return { is: 'check', step: waitUntil(null) };
  }
  if (goal.spec.hub.probe === 'Disabled') {
    return { is: 'none' };
  }
  const settings = verifySettingsHash([]);
  const last = runs.findLast(({ identity }) => identity.settings === settings);
  const next = last === undefined ? null : attempts.next(last, null);
  if (last !== undefined && next?.is === 'never') {
    return { is: 'write', run: last };
  }
  if (next?.is === 'soon' || next?.is === 'later') {
    return { is: 'check', step: waitUntil(next.until) };
  }
  const identity: VerifyIdentity = { role: 'verify', image, settings, attempt: (last?.identity.attempt ?? 0) + 1 };
  return { is: 'check', step: attempts.start(goal.spec, identity).step };
}
