import { isDeepStrictEqual } from 'node:util';
import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import type { Instant } from '../api/time.ts';
import { render } from '../dockerfile/render.ts';
import type { EffectiveSpec } from '../imagespec/effective.ts';
import { probePod, probeSettingsHash } from '../jupyterhub/probePod.ts';
import { verifyPod, verifySettingsHash } from '../jupyterhub/verifyPod.ts';
import { buildJob } from '../kaniko/job.ts';
import { type BuildRun, hasEnded, type ObjectRef } from '../kaniko/run.ts';
import { assess, byAge } from './assess.ts';
import type { Effect } from './model/effect.ts';
import { heldBack, targetOf as nameOf, nextTry } from './model/failedEffect.ts';
import type { Observation } from './model/observation.ts';
import type { Question } from './model/question.ts';
import { unchangedSince } from './model/sightings.ts';
import type { Goal, Situation } from './model/situation.ts';
import { isNewest, type TrialIdentity, type TrialRun, type TrialStep } from './model/trials.ts';
import { inventory } from './proofs/contents.ts';
import { trialPullSecrets } from './proofs/launch.ts';
import { proofFor, targetOf } from './status/jupyterHub.ts';
import { statusOf } from './status/status.ts';
import { type Looks, looks } from './upkeep.ts';

/** The one next step. After `ask` and `act` the pass starts again. */
export type Decision =
  | {
      readonly next: 'ask';
      readonly questions: readonly [Question, ...Question[]];
      /** Written when the answers take long, so that a person sees what is waited for. */
      readonly meanwhile: Effect | null;
    }
  | { readonly next: 'act'; readonly effect: Effect }
  | { readonly next: 'rest'; readonly until: Instant | null };

/** Everything that follows from an Observation. */
export interface Pass {
  readonly situation: Situation;
  readonly decision: Decision;
  /** Whether it waits for room among the images that are launched at once. */
  readonly trial: 'waits' | 'none';
}

/** A successful Job is kept for an hour, for `kubectl logs`. */
const keepSuccessful = 3_600_000;

/** Names the situation and the one next step. Pure. */
export function decide(seen: Observation): Pass {
  const situation = assess(seen);
  const decision = notHeldBack(seen, decisionFor(seen, situation));
  return { situation, decision, trial: decision.next === 'rest' && waitsForTrial(seen, situation) ? 'waits' : 'none' };
}

/** An effect that failed waits, whichever it is: no fault of the world makes a pass spin. */
function notHeldBack(seen: Observation, decision: Decision): Decision {
  const held = decision.next === 'act' ? heldBack(seen, decision.effect.do, nameOf(decision.effect)) : null;
  return held === null ? decision : { next: 'rest', until: held.until };
}

function waitsForTrial(seen: Observation, at: Situation): boolean {
  return at.is === 'verifying' ? at.step.next === 'queue' : proving(seen, at).some(({ next }) => next === 'queue');
}

function decisionFor(seen: Observation, at: Situation): Decision {
  const wanted = statusOf(seen, at);
  const write: Effect | null = isDeepStrictEqual(plain(wanted), plain(seen.status))
    ? null
    : { do: 'writeStatus', self: seen.self, before: seen.status, status: wanted };
  switch (at.is) {
    case 'superseded':
      return { next: 'act', effect: { do: 'deleteJob', target: at.run.job } };
    case 'asking':
      return { next: 'ask', questions: at.questions, meanwhile: write };
    case 'due':
      return { next: 'act', effect: createJob(seen, at) };
    case 'tagging':
      return { next: 'act', effect: putTag(at, at) };
    case 'verifying':
      return at.step.next === 'create'
        ? { next: 'act', effect: createPod(seen, at.goal.spec, at.step.identity) }
        : write === null
          ? atRest(seen, at)
          : { next: 'act', effect: write };
    case 'salvaged':
    case 'suspended':
    case 'cancelled':
    case 'waiting':
    case 'queued':
    case 'building':
    case 'stalled':
    case 'done':
      return write === null ? atRest(seen, at) : { next: 'act', effect: write };
  }
}

/** Everything is recorded: what may go now, what is still to be proven, what is to be looked at, and when to come back. */
function atRest(seen: Observation, at: Situation): Decision {
  const { target, until } = cleaning(seen, at);
  if (target !== null) {
    return { next: 'act', effect: { do: 'deleteJob', target } };
  }
  if (at.is === 'done' && at.moving.is === 'asking') {
    return { next: 'ask', questions: [at.moving.question], meanwhile: null };
  }
  if (at.is === 'done' && at.moving.is === 'due') {
    const { tag } = at.moving;
    return { next: 'act', effect: putTag(at, { tag, digest: at.good.digest, mode: 'move' }) };
  }
  const listed = at.is === 'done' ? inventory(seen, at) : null;
  if (at.is === 'done' && listed?.is === 'write') {
    return { next: 'act', effect: writeContents(seen, at, listed.run) };
  }
  const old = oldTrial(seen, at);
  if (old !== undefined) {
    return { next: 'act', effect: { do: 'deletePod', target: old } };
  }
  const steps = proving(seen, at);
  for (const step of steps) {
    if (step.next === 'create' && at.is !== 'superseded' && at.is !== 'salvaged' && at.goal !== null) {
      return { next: 'act', effect: createPod(seen, at.goal.spec, step.identity) };
    }
    if (step.next === 'ask') {
      return { next: 'ask', questions: [step.question], meanwhile: null };
    }
  }
  const kept = keepingWatch(seen, at);
  const [first, ...others] = kept.questions;
  if (first !== undefined) {
    return { next: 'ask', questions: [first, ...others], meanwhile: null };
  }
  const times = steps.map((step) => (step.next === 'wait' ? step.until : null));
  const again = nextTry(seen.failedEffects, seen.now);
  return { next: 'rest', until: earliest([until, kept.until, untilOf(at), again, ...times]) };
}

/** The next steps of proofs that nothing else waits for: the verdict about the good image, and the list of its packages. */
function proving(seen: Observation, at: Situation): readonly TrialStep[] {
  if (at.is === 'superseded' || at.is === 'salvaged' || at.is === 'verifying') {
    return [];
  }
  const image = targetOf(seen, at);
  const proof = image !== null && image === seen.status.image ? proofFor(seen, at) : null;
  const listed = at.is === 'done' ? inventory(seen, at) : null;
  return [...(proof?.is === 'open' ? [proof.step] : []), ...(listed?.is === 'trial' ? [listed.step] : [])];
}

/** A Pod that has told what it can tell, or that nobody waits for any more: only the newest try of each trial is awaited. */
function oldTrial(seen: Observation, at: Situation): ObjectRef | undefined {
  return seen.trials.find(
    (run) =>
      run.pod.deletedAt === null &&
      !(isNewest(seen, run) && isAwaited(seen, at, run.identity)) &&
      heldBack(seen, 'deletePod', run.pod.ref.name) === null,
  )?.pod.ref;
}

function isAwaited(seen: Observation, at: Situation, identity: TrialIdentity): boolean {
  if (at.is === 'superseded' || at.is === 'salvaged' || !seen.plan.ok) {
    return false;
  }
  const { spec } = seen.plan.value;
  // The last interrupted try says how many there were.
  const isTriedLater = at.is === 'stalled' && at.failure.reason === 'LaunchInterrupted' && at.until !== null;
  if (at.is === 'verifying' || at.is === 'asking' || isTriedLater) {
    // Proven one after the other: what a Pod has told is not written down before the image is good.
    const isCurrent = identity.role === 'probe' ? probeSettingsHash(spec.hub) : verifySettingsHash(spec.verify);
    return identity.image === at.build?.image && identity.settings === isCurrent;
  }
  if (identity.role === 'verify') {
    return at.is === 'done' && identity.image === at.good.image && inventory(seen, at).is === 'trial';
  }
  const proof = proofFor(seen, at);
  return (
    proof?.is === 'open' && identity.image === targetOf(seen, at) && identity.settings === probeSettingsHash(spec.hub)
  );
}

function untilOf(at: Situation): Instant | null {
  if (at.is === 'verifying') {
    return at.step.next === 'wait' ? at.step.until : null;
  }
  if (at.is === 'done') {
    return at.moving.is === 'refused' ? at.moving.until : null;
  }
  return at.is === 'waiting' || at.is === 'stalled' || at.is === 'building' ? at.until : null;
}

function earliest(times: readonly (Instant | null)[]): Instant | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function keepingWatch(seen: Observation, at: Situation): Looks {
  if (at.is === 'done') {
    return looks(seen, at.goal, 'good');
  }
  if (at.is === 'stalled' && at.goal !== null) {
    return looks(seen, at.goal, 'failed');
  }
  return { questions: [], until: null };
}

/** The Job to delete now, if any: of those that ended only the last failed one stays, a successful one for an hour. */
function cleaning(
  seen: Observation,
  at: Situation,
): { readonly target: ObjectRef | null; readonly until: Instant | null } {
  const there = seen.builds.filter(({ deleting }) => !deleting).toSorted(byAge);
  const current = at.is === 'building' || at.is === 'waiting' || at.is === 'asking' ? at.build?.job?.uid : undefined;
  const lastFailed = at.is === 'done' ? undefined : there.findLast((run) => hasEnded(run) && !isSuccess(run));
  let until: Instant | null = null;
  for (const run of there) {
    const isHeldBack = heldBack(seen, 'deleteJob', run.job.name) !== null;
    if (run.job.uid === lastFailed?.job.uid || (run.job.uid === current && !hasEnded(run)) || isHeldBack) {
      continue;
    }
    const keptUntil = isSuccess(run)
      ? (run.pod === null ? run.createdAt : unchangedSince(seen, run.pod)) + keepSuccessful
      : 0;
    if (seen.now >= keptUntil) {
      return { target: run.job, until: null };
    }
    until = until === null ? keptUntil : Math.min(until, keptUntil);
  }
  return { target: null, until };
}

function isSuccess({ pod }: BuildRun): boolean {
  return pod?.phase === 'Succeeded';
}

function createJob(seen: Observation, { goal, build }: Extract<Situation, { is: 'due' }>): Effect {
  const { self } = seen;
  return {
    do: 'createJob',
    self,
    job: buildJob({
      owner: { namespace: self.namespace, name: self.name, uid: self.uid },
      identity: build.identity,
      spec: goal.spec,
      bases: goal.bases,
      finalBase: goal.finalBase,
      dockerfile: render(goal.spec, goal.bases),
    }),
  };
}

type PutTag = Extract<Effect, { do: 'putTag' }>;

function putTag(
  { goal }: { readonly goal: Goal },
  { tag, digest, mode }: Pick<PutTag, 'tag' | 'digest' | 'mode'>,
): PutTag {
  return { do: 'putTag', tag, digest, secret: goal.spec.pushSecret, mode };
}

function createPod(seen: Observation, spec: EffectiveSpec, identity: TrialIdentity): Effect {
  const { self } = seen;
  const common = {
    owner: { namespace: self.namespace, name: self.name, uid: self.uid },
    hub: spec.hub,
    pullSecrets: trialPullSecrets(spec),
    platform: spec.platformSettings,
  };
  if (identity.role === 'probe') {
    return { do: 'createPod', self, pod: probePod({ ...common, identity }) };
  }
  // A Pod that only lists the packages runs no command.
  const verify = identity.settings === verifySettingsHash(spec.verify) ? spec.verify : [];
  return { do: 'createPod', self, pod: verifyPod({ ...common, identity, verify }) };
}

function writeContents(seen: Observation, at: Extract<Situation, { is: 'done' }>, { pod }: TrialRun): Effect {
  const { number } = at.build.identity;
  return {
    do: 'writeContents',
    self: seen.self,
    pod: pod.ref,
    about: { number, image: at.good.image, bases: at.goal.bases.map(({ image, digest }) => ({ image, digest })) },
    keep: (seen.status.history ?? []).map((entry) => entry.number),
  };
}

/** As JSON has it: an absent and an undefined field are the same. */
function plain(status: ImageSpecStatus): unknown {
  return JSON.parse(JSON.stringify(status));
}
