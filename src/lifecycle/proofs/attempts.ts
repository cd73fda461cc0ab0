import type { Instant } from '../../api/time.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { probePodName } from '../../jupyterhub/launch/probePod.ts';
import type { Timing } from '../../jupyterhub/verifyOutcome.ts';
import { verifyPodName } from '../../jupyterhub/verifyPod.ts';
import type { PodState } from '../../kaniko/run.ts';
import { type CheckIdentity, type CheckRun, type CheckStep, type NextCheck, nextCheck } from '../model/checkPod.ts';
import type { Knowledge } from '../model/knowledge.ts';
import type { Seen } from '../model/observation.ts';
import type { Question } from '../model/question.ts';
import type { OpenRequests } from '../model/requests.ts';
import type { Log } from '../model/withLog.ts';

/** The attempts of a check: how the next one starts, what an ended one has written, and what follows an interrupted one. */
export interface Attempts {
  readonly start: (spec: EffectiveSpec, identity: CheckIdentity) => Start;
  /** The log of a container of a check Pod; '' if the log is gone. */
  readonly log: (pod: PodState, container: string) => Log | LogMissing;
  /** How long the containers of a check Pod have run, by the operator's clock. */
  readonly timing: (pod: PodState) => Timing;
  /** When the attempt after an interrupted one starts; `retry`: mark of the open retry. */
  readonly next: (run: CheckRun, retry: string | null) => NextCheck;
}

/** The attempts at this moment. */
export function attemptsOf(seen: Seen<'now' | 'self' | 'checkTurn'>, known: Knowledge): Attempts {
  return {
    start: (spec, identity) => startCheck(seen, known, spec, identity),
    log: (pod, container) => logOf(known, pod, container),
    timing: (pod) => ({ now: seen.now, since: (container) => known.runsSince(pod, container) }),
    next: (run, retry) => nextCheck(run, seen.now, retry),
  };
}

/** The image in question. */
export interface Case {
  readonly spec: EffectiveSpec;
  readonly image: string;
  /** Mark of the open retry; null: there is none. */
  readonly retry: OpenRequests['retry'];
  /** Mark of the open request for another launch of this image; null: there is none. */
  readonly relaunch: OpenRequests['launch'];
}

/** Whether the operator may create a check Pod now. */
export interface Start {
  /** The obstacle. */
  readonly waitsFor: 'nothing' | 'resume' | 'refusal' | 'turn';
  readonly message: string;
  readonly step: CheckStep;
}

const words = {
  probe: {
    resume: 'the image is not launched',
    refusal: 'the Pod of the launch is refused',
    nothing: 'the image is about to be launched',
  },
  verify: {
    resume: 'the image is not tried',
    refusal: 'the Pod that tries the image is refused',
    nothing: 'the commands of spec.verify are about to run',
  },
} as const satisfies Record<CheckIdentity['role'], Record<string, string>>;

/** The conditions for a check Pod, in order: not suspended, not refused by the API server, and a free slot. */
function startCheck(
  { self, checkTurn }: Seen<'self' | 'checkTurn'>,
  known: Knowledge,
  { suspend }: EffectiveSpec,
  identity: CheckIdentity,
): Start {
  const say = words[identity.role];
  if (suspend) {
    return { waitsFor: 'resume', message: `spec.suspend is true: ${say.resume}`, step: waitUntil(null) };
  }
  const refused = known.trouble('createPod', nameOf(self.uid, identity));
  const why =
    refused === null
      ? ({ waitsFor: 'nothing', message: say.nothing } as const)
      : // The API server may refuse the next attempt too: the status shows the refusal until one succeeds.
        ({ waitsFor: 'refusal', message: `${say.refusal}: ${refused.message}` } as const);
  if (refused?.tried === 'later') {
    return { ...why, step: waitUntil(refused.until) };
  }
  return checkTurn === 'wait'
    ? {
        waitsFor: 'turn',
        message: 'waits for its turn: the limit of concurrent launches is reached',
        step: { next: 'queue' },
      }
    : { ...why, step: { next: 'create', identity } };
}

function nameOf(uid: string, identity: CheckIdentity): string {
  return identity.role === 'probe' ? probePodName(uid, identity) : verifyPodName(uid, identity);
}

/** A step that waits until this moment; null: for an event of the cluster. */
export function waitUntil(until: Instant | null): CheckStep {
  return { next: 'wait', until };
}

/** The operator has not yet read the log of a check Pod. */
export interface LogMissing {
  readonly is: 'logMissing';
  readonly question: Question;
}

function logOf(known: Knowledge, pod: PodState, container: string): Log | LogMissing {
  const question = { ask: 'log', pod: pod.ref, container } as const;
  const found = known.reply(question);
  return found === undefined
    ? { is: 'logMissing', question }
    : { is: 'log', text: found.reply.is === 'known' ? found.reply.value : '' };
}
