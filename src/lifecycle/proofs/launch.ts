import { conditionOf } from '../../api/conditions.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { hubReasons } from '../../api/reasons/verdictReasons.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { launchPullSecrets } from '../../imagespec/pullSecrets.ts';
import { judgeEntrypoint } from '../../jupyterhub/launch/entrypoint.ts';
import { type ProbeOutcome, probeOutcome } from '../../jupyterhub/launch/probeOutcome.ts';
import { type ProbeIdentity, probeSettingsHash } from '../../jupyterhub/launch/probePod.ts';
import type { Refusal } from '../../jupyterhub/launch/unproven.ts';
import { type ProbeFacts, sayToHub, type Verdict, verdictOf } from '../../jupyterhub/verdict.ts';
import { hashesOf, launchHash } from '../hashes/settingsHash.ts';
import { type CheckRun, type CheckStep, interrupted } from '../model/checkPod.ts';
import type { Seen } from '../model/observation.ts';
import type { Launch } from '../model/standing.ts';
import { withLog } from '../model/withLog.ts';
import { type Attempts, type Case, type LogMissing, waitUntil } from './attempts.ts';

/** The image in question, and the hash of the settings of its launches. */
interface Probed extends Case {
  readonly settings: string;
}

type ProbeRun = CheckRun & { readonly identity: ProbeIdentity };

function pending(message: string, step: CheckStep): Launch {
  return { is: 'open', verdict: { status: hubReasons.ProbePending.status, reason: 'ProbePending', message }, step };
}

/** Whether JupyterHub can launch an image: by the status, else by its check Pods, else a launch must start. */
export function launchOf({ status, checkPods }: Seen<'status' | 'checkPods'>, attempts: Attempts, at: Case): Launch {
  const { spec, image, retry, relaunch } = at;
  if (spec.hub.policy === 'Skip') {
    return { is: 'none' };
  }
  // The status comes first: the operator deletes Pods with a recorded result, and each deletion loses a part of the result.
  const known = relaunch === null ? recorded(status, spec, image) : undefined;
  if (known !== undefined && (known.endsBy === 'nothing' || retry === null)) {
    return known.launch;
  }
  const probed: Probed = { ...at, settings: probeSettingsHash(spec.hub) };
  const runs = probeRuns(checkPods, probed);
  const kept = runs.findLast(({ identity }) => identity.command === 'kept');
  if (kept !== undefined) {
    const found = fromPods(attempts, probed, runs, kept);
    // Ended Pods belong to the recorded launch; the retry begins once they are gone.
    return known !== undefined && found.is === 'settled' ? known.launch : found;
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
  return launch(attempts, probed, { attempt: 1, command: 'kept', trial: 'first' });
}

function probeRuns(checkPods: readonly CheckRun[], { image, settings, relaunch }: Probed): readonly ProbeRun[] {
  return checkPods
    .flatMap(({ identity, pod }) =>
      identity.role === 'probe' && identity.image === image && identity.settings === settings
        ? [{ identity, pod }]
        : [],
    )
    .filter(({ identity }) => relaunch === null || identity.request === relaunch)
    .toSorted((a, b) => a.identity.attempt - b.identity.attempt);
}

function launch(
  attempts: Attempts,
  { spec, image, settings, relaunch }: Probed,
  next: Pick<ProbeIdentity, 'attempt' | 'command' | 'trial'>,
): Launch {
  const identity: ProbeIdentity = { role: 'probe', image, settings, ...next, request: relaunch };
  const { waitsFor, message, step } = attempts.start(spec, identity);
  return waitsFor === 'refusal'
    ? { is: 'open', verdict: { status: 'Unknown', reason: 'ProbeUnschedulable', message }, step }
    : pending(message, step);
}

function fromPods(attempts: Attempts, at: Probed, runs: readonly ProbeRun[], kept: ProbeRun): Launch {
  const first = outcome(attempts, at, kept);
  const { attempt, trial } = kept.identity;
  if (first.is === 'refused' && first.doubt === 'busyNode' && trial === 'first') {
    return launch(attempts, at, { attempt: attempt + 1, command: 'kept', trial: 'second' });
  }
  if (first.is !== 'refused' || first.entrypoint === 'cleared') {
    return fromOutcome(attempts, at, kept, first);
  }
  const second = runs.findLast(({ identity }) => identity.command === 'overridden' && identity.attempt >= attempt);
  if (second === undefined) {
    return launch(attempts, at, { attempt, command: 'overridden', trial });
  }
  const again = outcome(attempts, at, second);
  return fromOutcome(attempts, at, second, judgeEntrypoint(refusalIn(first), again));
}

function refusalIn({ reason, message, entrypoint, fault, log, doubt }: Refusal): Refusal {
  return { reason, message, entrypoint, fault, log, doubt };
}

/** Outcome of a launch, by its Pod and its log. */
type Judged = Exclude<ProbeOutcome, { readonly is: 'needsLog' }>;

function outcome(attempts: Attempts, { spec }: Case, { pod }: ProbeRun): Judged | LogMissing {
  const judged = { pod, hub: spec.hub, pullSecrets: launchPullSecrets(spec) };
  return withLog<Judged, LogMissing>(
    (log) => probeOutcome({ ...judged, log }),
    (container) => attempts.log(pod, container),
  );
}

function fromOutcome(attempts: Attempts, at: Probed, run: ProbeRun, judged: Judged | LogMissing): Launch {
  switch (judged.is) {
    case 'running':
      return {
        is: 'open',
        verdict: { status: 'Unknown', reason: judged.reason, message: judged.message },
        step: waitUntil(null),
      };
    case 'logMissing':
      return pending('the log of the launch is being read', { next: 'ask', question: judged.question });
    case 'answered':
      return {
        is: 'settled',
        verdict: verdictOf(judged.facts, at.spec.hub),
        facts: judged.facts,
        source: 'launch',
        log: '',
      };
    case 'refused': {
      const verdict: Verdict = { status: 'False', reason: judged.reason, message: judged.message };
      return { is: 'settled', verdict, facts: null, source: 'launch', log: judged.log };
    }
    case 'inconclusive':
      return afterInterruption(attempts, at, run, judged);
  }
}

function afterInterruption(
  attempts: Attempts,
  at: Probed,
  run: ProbeRun,
  { reason, message }: Extract<ProbeOutcome, { is: 'inconclusive' }>,
): Launch {
  const { attempt, command, trial } = run.identity;
  const next = attempts.next(run, at.retry);
  switch (next.is) {
    case 'now':
      return launch(attempts, at, { attempt: attempt + 1, command, trial });
    case 'soon':
      return {
        is: 'open',
        verdict: { status: 'Unknown', reason, message: `${message}; the operator tries again` },
        step: waitUntil(next.until),
      };
    case 'later':
      return { is: 'open', verdict: givenUp(interrupted(message, next).message), step: waitUntil(next.until) };
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

/** The launch that an earlier pass recorded, and whether a requested retry replaces it. */
interface Recorded {
  readonly launch: Launch;
  readonly endsBy: 'retry' | 'nothing';
}

/** The recorded launch. Its facts give the verdict again for another Hub, without another launch. */
function recorded(status: ImageSpecStatus, spec: EffectiveSpec, image: string): Recorded | undefined {
  const { jupyterHub, failure } = status;
  const settled = (verdict: Verdict, facts: ProbeFacts | null, endsBy: Recorded['endsBy']): Recorded => ({
    launch: { is: 'settled', verdict, facts, source: 'status', log: '' },
    endsBy,
  });
  const isThisLaunch =
    jupyterHub?.probedImage === image && hashesOf(jupyterHub.settingsHash).launch === launchHash(spec.hub);
  if (isThisLaunch && jupyterHub.singleuserVersion !== undefined) {
    const facts: ProbeFacts = {
      singleuserVersion: jupyterHub.singleuserVersion,
      serverVersion: jupyterHub.serverVersion ?? null,
      launchMilliseconds: jupyterHub.launchMilliseconds ?? 0,
    };
    return settled(verdictOf(facts, spec.hub), facts, 'nothing');
  }
  const isAbout = status.image === undefined || status.image === image;
  const said = isAbout ? verdictIn(status.conditions) : undefined;
  const isFailure = failure?.reason === 'LaunchInterrupted' || failure?.reason === 'JupyterHubIncompatible';
  if (said !== undefined && isThisLaunch) {
    const verdict = sayToHub(said, jupyterHub.hubVersion ?? null, spec.hub);
    return settled(verdict, null, said.status === 'Unknown' || isFailure ? 'retry' : 'nothing');
  }
  // A newer image may have replaced the record; the status still shows that this image was good.
  const wasGood = jupyterHub?.compatibleImage === image && jupyterHub.probedImage !== image;
  if (said !== undefined && said.status !== 'Unknown' && wasGood) {
    return settled(said, null, 'nothing');
  }
  if (!isThisLaunch || !isFailure) {
    return undefined;
  }
  const { reason, message } = failure;
  return reason === 'LaunchInterrupted'
    ? settled(givenUp(message), null, 'retry')
    : settled({ status: 'False', reason: 'LaunchFailed', message }, null, 'retry');
}

/** The final verdict in the condition; undefined while the launch is pending. */
function verdictIn(conditions: ImageSpecStatus['conditions']): Verdict | undefined {
  const condition = conditionOf({ conditions }, 'JupyterHubCompatible');
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
