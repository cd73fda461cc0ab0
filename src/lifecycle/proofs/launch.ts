import { hubReasons } from '../../api/reasons.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { judgeEntrypoint } from '../../jupyterhub/entrypoint.ts';
import { type ProbeOutcome, probeOutcome, type Refusal } from '../../jupyterhub/probeOutcome.ts';
import { type ProbeIdentity, probePodName, probeSettingsHash } from '../../jupyterhub/probePod.ts';
import { type ProbeFacts, sayToHub, type Verdict, verdictOf } from '../../jupyterhub/verdict.ts';
import type { Observation } from '../model/observation.ts';
import { replyTo } from '../model/question.ts';
import { openRetry } from '../model/requests.ts';
import { hashesOf, launchHash } from '../model/settingsHash.ts';
import { interrupted, nextTrial, refusedTrial, type TrialRun, type TrialStep } from '../model/trials.ts';

/** Whether JupyterHub can launch an image. */
export type Proof =
  /** Nobody wants to know. */
  | { readonly is: 'none' }
  /** `facts`: what the server told; null when it told nothing. `source`: a launch that the status does not hold yet, or the status. */
  | {
      readonly is: 'settled';
      readonly verdict: Verdict;
      readonly facts: ProbeFacts | null;
      readonly source: 'launch' | 'status';
      readonly log: string;
    }
  | { readonly is: 'open'; readonly verdict: Verdict; readonly step: TrialStep };

type ProbeRun = TrialRun & { readonly identity: ProbeIdentity };

/** Secrets with which a node pulls what was built: only the kubelet reads them. */
export function trialPullSecrets({ pushSecret, pullSecret }: EffectiveSpec): readonly string[] {
  return [pushSecret, pullSecret].filter((name) => name !== null);
}

function pending(message: string, step: TrialStep): Proof {
  return { is: 'open', verdict: { status: hubReasons.ProbePending.status, reason: 'ProbePending', message }, step };
}

/** Where the proof of an image stands: by what the status holds, else by its Pods, else it is to be launched. */
export function proofOf(seen: Observation, spec: EffectiveSpec, image: string): Proof {
  if (spec.hub.policy === 'Skip') {
    return { is: 'none' };
  }
  const known = recorded(seen, spec, image);
  if (known !== undefined) {
    return known;
  }
  // Only now: Pods whose result is written down are deleted one by one, and tell less with each that goes.
  const runs = probeRuns(seen, image, probeSettingsHash(spec.hub));
  const kept = runs.findLast(({ identity }) => identity.command === 'kept');
  if (kept !== undefined) {
    return fromPods(seen, spec, runs, kept);
  }
  if (spec.hub.probe === 'Disabled') {
    const { status, advice } = hubReasons.ProbeDisabled;
    return {
      is: 'settled',
      verdict: { status, reason: 'ProbeDisabled', message: advice },
      facts: null,
      source: 'status',
      log: '',
    };
  }
  return launch(seen, spec, image, 1, 'kept');
}

function probeRuns({ trials }: Observation, image: string, settings: string): readonly ProbeRun[] {
  return trials
    .flatMap(({ identity, pod }) =>
      identity.role === 'probe' && identity.image === image && identity.settings === settings
        ? [{ identity, pod }]
        : [],
    )
    .toSorted((a, b) => a.identity.attempt - b.identity.attempt);
}

function launch(
  seen: Observation,
  { hub, suspend }: EffectiveSpec,
  image: string,
  attempt: number,
  command: ProbeIdentity['command'],
): Proof {
  const identity: ProbeIdentity = { role: 'probe', image, settings: probeSettingsHash(hub), attempt, command };
  const refused = refusedTrial(seen, probePodName(seen.self.uid, identity));
  if (suspend) {
    return pending('spec.suspend is true: the image is not launched', waitFor(null));
  }
  if (refused !== null) {
    const message = `the Pod of the launch is refused: ${refused.message}`;
    return {
      is: 'open',
      verdict: { status: 'Unknown', reason: 'ProbeUnschedulable', message },
      step: waitFor(refused.until),
    };
  }
  return seen.trialTurn === 'wait'
    ? pending('waits for its turn: the limit of images launched at once is reached', { next: 'queue' })
    : pending('the image is about to be launched', { next: 'create', identity });
}

function fromPods(seen: Observation, spec: EffectiveSpec, runs: readonly ProbeRun[], kept: ProbeRun): Proof {
  const first = outcome(seen, spec, kept);
  if (first.is !== 'refused' || first.entrypoint === 'cleared') {
    return fromOutcome(seen, spec, kept, first);
  }
  const { image, attempt } = kept.identity;
  const second = runs.findLast(({ identity }) => identity.command === 'overridden' && identity.attempt >= attempt);
  if (second === undefined) {
    return launch(seen, spec, image, attempt, 'overridden');
  }
  return fromOutcome(seen, spec, second, judgeEntrypoint(refusalIn(first), outcome(seen, spec, second)));
}

function refusalIn({ reason, message, entrypoint, log }: Refusal): Refusal {
  return { reason, message, entrypoint, log };
}

function outcome(seen: Observation, spec: EffectiveSpec, { pod }: ProbeRun): ProbeOutcome {
  const judged = { pod, hub: spec.hub, pullSecrets: trialPullSecrets(spec) };
  const first = probeOutcome({ ...judged, log: null });
  if (first.is !== 'needsLog') {
    return first;
  }
  const found = replyTo(seen.answers, { ask: 'log', pod: pod.ref, container: first.container }, seen.now);
  return found === undefined
    ? first
    : probeOutcome({ ...judged, log: found.reply.is === 'known' ? found.reply.value : '' });
}

function fromOutcome(seen: Observation, spec: EffectiveSpec, run: ProbeRun, at: ProbeOutcome): Proof {
  switch (at.is) {
    case 'running':
      return {
        is: 'open',
        verdict: { status: 'Unknown', reason: at.reason, message: at.message },
        step: waitFor(null),
      };
    case 'needsLog':
      return pending('the log of the launch is being read', {
        next: 'ask',
        question: { ask: 'log', pod: run.pod.ref, container: at.container },
      });
    case 'answered':
      return { is: 'settled', verdict: verdictOf(at.facts, spec.hub), facts: at.facts, source: 'launch', log: '' };
    case 'refused': {
      const verdict: Verdict = { status: 'False', reason: at.reason, message: at.message };
      return { is: 'settled', verdict, facts: null, source: 'launch', log: at.log };
    }
    case 'inconclusive':
      return afterInterruption(seen, spec, run, at);
  }
}

function afterInterruption(
  seen: Observation,
  spec: EffectiveSpec,
  run: ProbeRun,
  { reason, message }: Extract<ProbeOutcome, { is: 'inconclusive' }>,
): Proof {
  const { image, attempt, command } = run.identity;
  const next = nextTrial(run, seen.now);
  switch (next.is) {
    case 'now':
      return launch(seen, spec, image, attempt + 1, command);
    case 'soon':
      return {
        is: 'open',
        verdict: { status: 'Unknown', reason, message: `${message}; it is tried again` },
        step: waitFor(next.until),
      };
    case 'later':
      return { is: 'open', verdict: givenUp(interrupted(message, next).message), step: waitFor(next.until) };
    case 'never':
      return {
        is: 'settled',
        verdict: givenUp(interrupted(message, next).message),
        facts: null,
        source: 'launch',
        log: '',
      };
  }
}

function givenUp(message: string): Verdict {
  return { status: hubReasons.ProbeTimeout.status, reason: 'ProbeTimeout', message };
}

function waitFor(until: number | null): TrialStep {
  return { next: 'wait', until };
}

/**
 * What an earlier pass wrote down. With the facts of a launch the verdict is made anew: another Hub needs no other launch.
 */
function recorded(seen: Observation, spec: EffectiveSpec, image: string): Proof | undefined {
  const { status } = seen;
  const { jupyterHub } = status;
  const settled = (verdict: Verdict, facts: ProbeFacts | null): Proof => ({
    is: 'settled',
    verdict,
    facts,
    source: 'status',
    log: '',
  });
  const isThisLaunch = jupyterHub?.probedImage === image && hashesOf(status).launch === launchHash(spec.hub);
  if (isThisLaunch && jupyterHub.singleuserVersion !== undefined) {
    const facts: ProbeFacts = {
      singleuserVersion: jupyterHub.singleuserVersion,
      serverVersion: jupyterHub.serverVersion ?? null,
      launchMilliseconds: jupyterHub.launchMilliseconds ?? 0,
    };
    return settled(verdictOf(facts, spec.hub), facts);
  }
  const isAbout = status.image === undefined || status.image === image;
  const said = isAbout ? verdictIn(status.conditions) : undefined;
  // A newer image may have taken the place of the record; that this one was good is still known.
  const wasGood = jupyterHub?.compatibleImage === image && jupyterHub.probedImage !== image;
  if (said !== undefined && isThisLaunch && (said.status !== 'Unknown' || openRetry(seen) === null)) {
    return settled(sayToHub(said, jupyterHub.hubVersion ?? null, spec.hub), null);
  }
  if (said !== undefined && said.status !== 'Unknown' && wasGood) {
    return settled(said, null);
  }
  if (isThisLaunch && status.failure?.reason === 'LaunchInterrupted' && openRetry(seen) === null) {
    return settled(givenUp(status.failure.message), null);
  }
  if (isThisLaunch && status.failure?.reason === 'JupyterHubIncompatible' && openRetry(seen) === null) {
    return settled({ status: 'False', reason: 'LaunchFailed', message: status.failure.message }, null);
  }
  return undefined;
}

/** The verdict that the condition holds, when it is one: what only waits is none. */
function verdictIn(conditions: Observation['status']['conditions']): Verdict | undefined {
  const condition = conditions?.find(({ type }) => type === 'JupyterHubCompatible');
  if (condition === undefined || !isHubReason(condition.reason)) {
    return undefined;
  }
  if (condition.status === 'Unknown' && condition.reason !== 'ProbeTimeout') {
    return undefined;
  }
  return { status: condition.status, reason: condition.reason, message: condition.message };
}

function isHubReason(reason: string): reason is keyof typeof hubReasons {
  return Object.hasOwn(hubReasons, reason);
}
