import type { Failure } from '../../api/failure.ts';
import type { FailureStatus } from '../../api/imagespec.generated.ts';
import type { Instant } from '../../api/time.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { verifyOutcome } from '../../jupyterhub/verifyOutcome.ts';
import { type VerifyIdentity, verifyPodName, verifySettingsHash } from '../../jupyterhub/verifyPod.ts';
import type { Observation } from '../model/observation.ts';
import { replyTo } from '../model/question.ts';
import { recordedFailure } from '../model/record.ts';
import { openRetry } from '../model/requests.ts';
import { hashesOf, verifyHash } from '../model/settingsHash.ts';
import { runsSince } from '../model/sightings.ts';
import { interrupted, nextTrial, refusedTrial, type TrialRun, type TrialStep } from '../model/trials.ts';

/** Where the commands of `spec.verify` stand for an image. */
export type Verified =
  | { readonly is: 'passed' }
  /** `until`: when an image that no try has shown anything of is tried again. */
  | { readonly is: 'failed'; readonly failure: Failure; readonly until: Instant | null }
  | { readonly is: 'open'; readonly message: string; readonly step: TrialStep };

/** The verify Pods of an image with these commands, newest last. */
function verifyRuns(
  { trials }: Observation,
  image: string,
  settings: string,
): readonly (TrialRun & { readonly identity: VerifyIdentity })[] {
  return trials
    .flatMap(({ identity, pod }) =>
      identity.role === 'verify' && identity.image === image && identity.settings === settings
        ? [{ identity, pod }]
        : [],
    )
    .toSorted((a, b) => a.identity.attempt - b.identity.attempt);
}

/** Whether an image passes the commands: by what the status holds, else by its Pod, else it is to be tried. */
export function verification(seen: Observation, { verify, suspend }: EffectiveSpec, image: string): Verified {
  if (verify.length === 0) {
    return { is: 'passed' };
  }
  // First: a Pod whose result is written down is deleted, which is no news of the image.
  const known = recorded(seen, verify, image);
  if (known !== undefined && !isRetried(seen, known)) {
    return known;
  }
  const settings = verifySettingsHash(verify);
  const run = verifyRuns(seen, image, settings).at(-1);
  if (run === undefined) {
    return create(seen, image, settings, 1, suspend);
  }
  const timing = { now: seen.now, since: (container: string) => runsSince(seen, run.pod, container) };
  const first = verifyOutcome(run.pod, verify, timing, null);
  const log = first.is === 'needsLog' ? logOf(seen, run, first.container) : null;
  if (log !== null && log.is === 'open') {
    return log;
  }
  const outcome = log === null ? first : verifyOutcome(run.pod, verify, timing, log.text);
  switch (outcome.is) {
    case 'needsLog':
      throw new Error('the log was read and is asked for again');
    case 'passed':
      return outcome;
    case 'failed':
      // The Pod of the failure that is written down, and a person wants another try.
      return known === undefined
        ? { is: 'failed', failure: outcome.failure, until: null }
        : create(seen, image, settings, run.identity.attempt + 1, suspend);
    case 'running':
      return { is: 'open', message: outcome.message, step: { next: 'wait', until: outcome.until } };
    case 'inconclusive': {
      const next = nextTrial(run, seen.now);
      switch (next.is) {
        case 'now':
          return create(seen, image, settings, run.identity.attempt + 1, suspend);
        case 'soon':
          return {
            is: 'open',
            message: `${outcome.message}; it is tried again`,
            step: { next: 'wait', until: next.until },
          };
        case 'later':
          return { is: 'failed', failure: interrupted(outcome.message, next), until: next.until };
        case 'never':
          return known === undefined
            ? { is: 'failed', failure: interrupted(outcome.message, next), until: null }
            : create(seen, image, settings, run.identity.attempt + 1, suspend);
      }
    }
  }
}

/** What an earlier pass wrote down. */
function recorded({ status }: Observation, verify: EffectiveSpec['verify'], image: string): Verified | undefined {
  switch (hashesOf(status).verify) {
    case verifyHash(verify, image, 'passed'):
      return { is: 'passed' };
    case verifyHash(verify, image, 'failed'):
      return status.failure !== undefined && status.build?.image === image && isOfCommands(status.failure)
        ? { is: 'failed', failure: recordedFailure(status), until: null }
        : undefined;
    default:
      return undefined;
  }
}

/** Whether a failure may be that of the commands, and no other took its place in the status. */
function isOfCommands({ reason, nextAttemptTime }: FailureStatus): boolean {
  return reason === 'VerificationFailed' || (reason === 'LaunchInterrupted' && nextAttemptTime === undefined);
}

/** Whether a person who asks for a retry wants more than what is written down. */
function isRetried(seen: Observation, known: Verified): boolean {
  return known.is === 'failed' && openRetry(seen) !== null;
}

function create(
  seen: Observation,
  image: string,
  settings: string,
  attempt: number,
  suspend: EffectiveSpec['suspend'],
): Verified {
  const identity: VerifyIdentity = { role: 'verify', image, settings, attempt };
  const refused = refusedTrial(seen, verifyPodName(seen.self.uid, identity));
  if (suspend) {
    return { is: 'open', message: 'spec.suspend is true: the image is not tried', step: { next: 'wait', until: null } };
  }
  if (refused !== null) {
    const message = `the Pod that tries the image is refused: ${refused.message}`;
    return { is: 'open', message, step: { next: 'wait', until: refused.until } };
  }
  return seen.trialTurn === 'wait'
    ? {
        is: 'open',
        message: 'waits for its turn: the limit of images launched at once is reached',
        step: { next: 'queue' },
      }
    : { is: 'open', message: 'the commands of spec.verify are about to run', step: { next: 'create', identity } };
}

type LogOrOpen = { readonly is: 'log'; readonly text: string } | Extract<Verified, { is: 'open' }>;

function logOf(seen: Observation, { pod }: TrialRun, container: string): LogOrOpen {
  const question = { ask: 'log', pod: pod.ref, container } as const;
  const found = replyTo(seen.answers, question, seen.now);
  if (found === undefined) {
    return {
      is: 'open',
      message: 'the log of a command of spec.verify is being read',
      step: { next: 'ask', question },
    };
  }
  return { is: 'log', text: found.reply.is === 'known' ? found.reply.value : '' };
}
