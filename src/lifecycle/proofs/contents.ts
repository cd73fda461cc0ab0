import {
  contentsContainer,
  type VerifyIdentity,
  verifyPodName,
  verifySettingsHash,
} from '../../jupyterhub/verifyPod.ts';
import { digestIn } from '../builds/afterPush.ts';
import { heldBack } from '../model/failedEffect.ts';
import type { Observation } from '../model/observation.ts';
import type { Situation } from '../model/situation.ts';
import { nextTrial, refusedTrial, type TrialRun, type TrialStep } from '../model/trials.ts';

/** What is to be done so that the packages of the image are listed. */
export type InventoryStep =
  | { readonly is: 'none' }
  | { readonly is: 'trial'; readonly step: TrialStep }
  /** The list can be read from the log of this Pod. */
  | { readonly is: 'write'; readonly run: TrialRun };

/**
 * The packages of a good image are listed once, by the Pod that ran `spec.verify`, or by one that does nothing else. An
 * image that cannot be started has an empty list, and so has one whose Pods are interrupted until the tries are used up.
 */
export function inventory(seen: Observation, at: Extract<Situation, { is: 'done' }>): InventoryStep {
  const { status } = seen;
  const { image } = at.good;
  const { suspend, hub } = at.goal.spec;
  if (status.contents?.digest === digestIn(image) || suspend || heldBack(seen, 'writeContents', image) !== null) {
    return { is: 'none' };
  }
  const runs = seen.trials
    .filter(({ identity }) => identity.role === 'verify' && identity.image === image)
    .toSorted((a, b) => a.identity.attempt - b.identity.attempt);
  const listed = runs.find(({ pod }) => pod.containers[contentsContainer]?.is === 'terminated');
  if (listed !== undefined) {
    return { is: 'write', run: listed };
  }
  const running = runs.find(({ pod }) => pod.phase !== 'Failed' && pod.phase !== 'Succeeded' && pod.deletedAt === null);
  if (running !== undefined) {
    return { is: 'trial', step: { next: 'wait', until: null } };
  }
  if (hub.probe === 'Disabled') {
    return { is: 'none' };
  }
  const settings = verifySettingsHash([]);
  const last = runs.findLast(({ identity }) => identity.settings === settings);
  const next = last === undefined ? null : nextTrial(last, seen.now);
  if (last !== undefined && next?.is === 'never') {
    return { is: 'write', run: last };
  }
  if (next?.is === 'soon' || next?.is === 'later') {
    return { is: 'trial', step: { next: 'wait', until: next.until } };
  }
  if (seen.trialTurn === 'wait') {
    return { is: 'trial', step: { next: 'queue' } };
  }
  const identity: VerifyIdentity = { role: 'verify', image, settings, attempt: (last?.identity.attempt ?? 0) + 1 };
  const pause = refusedTrial(seen, verifyPodName(seen.self.uid, identity));
  if (pause !== null) {
    return { is: 'trial', step: { next: 'wait', until: pause.until } };
  }
  return { is: 'trial', step: { next: 'create', identity } };
}
