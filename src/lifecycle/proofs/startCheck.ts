import type { Instant } from '../../api/time.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { probePodName } from '../../jupyterhub/probePod.ts';
import { verifyPodName } from '../../jupyterhub/verifyPod.ts';
import type { PodState } from '../../kaniko/run.ts';
import type { CheckIdentity, CheckStep } from '../model/checkPod.ts';
import { troubleWith } from '../model/failedEffect.ts';
import type { Observation } from '../model/observation.ts';
import { type Question, replyTo } from '../model/question.ts';
import type { Log } from '../model/withLog.ts';

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
export function startCheck(seen: Observation, { suspend }: EffectiveSpec, identity: CheckIdentity): Start {
  const say = words[identity.role];
  if (suspend) {
    return { waitsFor: 'resume', message: `spec.suspend is true: ${say.resume}`, step: waitUntil(null) };
  }
  const refused = troubleWith(seen, 'createPod', nameOf(seen.self.uid, identity));
  const why =
    refused === null
      ? ({ waitsFor: 'nothing', message: say.nothing } as const)
      : // The API server may refuse the next attempt too: the status shows the refusal until one succeeds.
        ({ waitsFor: 'refusal', message: `${say.refusal}: ${refused.message}` } as const);
  if (refused?.tried === 'later') {
    return { ...why, step: waitUntil(refused.until) };
  }
  return seen.checkTurn === 'wait'
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

/** The log of a container of a check Pod; '' if the log is gone. */
export function logOf({ answers, now }: Observation, pod: PodState, container: string): Log | LogMissing {
  const question = { ask: 'log', pod: pod.ref, container } as const;
  const found = replyTo(answers, question, now);
  return found === undefined
    ? { is: 'logMissing', question }
    : { is: 'log', text: found.reply.is === 'known' ? found.reply.value : '' };
}
