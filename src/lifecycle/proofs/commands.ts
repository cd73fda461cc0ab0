import type { FailureStatus, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { verifyOutcome } from '../../jupyterhub/verifyOutcome.ts';
import { type VerifyIdentity, verifySettingsHash } from '../../jupyterhub/verifyPod.ts';
import { hashesOf, verifyHash } from '../hashes/settingsHash.ts';
import { type CheckRun, interrupted } from '../model/checkPod.ts';
import type { Seen } from '../model/observation.ts';
import { recordedFailure } from '../model/record.ts';
import type { Commands } from '../model/standing.ts';
import { withLog } from '../model/withLog.ts';
import { type Attempts, type Case, waitUntil } from './attempts.ts';

/** Whether an image passes the commands: by the status, else by its check Pod, else a check Pod must run. */
export function commandsOf(
  { status, checkPods }: Seen<'status' | 'checkPods'>,
  attempts: Attempts,
  at: Case,
): Commands {
  const { verify } = at.spec;
  if (verify.length === 0) {
    return { is: 'passed' };
  }
  // The status comes first: the operator deletes a Pod with a recorded result, and the deletion proves nothing.
  const known = recorded(status, verify, at.image);
  if (known !== undefined && (known.is === 'passed' || at.retry === null)) {
    return known;
  }
  const found = fromPod(checkPods, attempts, at);
  // The failed Pod belongs to the recorded failure; the retry begins once that Pod is gone.
  return known !== undefined && found.is === 'failed' ? known : found;
}

/** The commands by the check Pod, else the step to a new one. */
function fromPod(checkPods: readonly CheckRun[], attempts: Attempts, { spec, image, retry }: Case): Commands {
  const { verify } = spec;
  const settings = verifySettingsHash(verify);
  const run = newestRun(checkPods, image, settings);
  const start = (attempt: number): Commands => {
    const { message, step } = attempts.start(spec, { role: 'verify', image, settings, attempt });
    return { is: 'open', message, step };
  };
  if (run === undefined) {
    return start(1);
  }
  const outcome = withLog(
    (log) => verifyOutcome(run.pod, verify, attempts.timing(run.pod), log),
    (container) => attempts.log(run.pod, container),
  );
  switch (outcome.is) {
    case 'logMissing':
      return {
        is: 'open',
        message: 'the operator is reading the log of a command of spec.verify',
        step: { next: 'ask', question: outcome.question },
      };
    case 'passed':
      return outcome;
    case 'failed':
      return { is: 'failed', failure: outcome.failure, until: null };
    case 'running':
      return { is: 'open', message: outcome.message, step: waitUntil(outcome.until) };
    case 'inconclusive': {
      const next = attempts.next(run, retry);
      switch (next.is) {
        case 'now':
          return start(run.identity.attempt + 1);
        case 'soon':
          return { is: 'open', message: `${outcome.message}; the operator tries again`, step: waitUntil(next.until) };
        case 'later':
          return { is: 'failed', failure: interrupted(outcome.message, next), until: next.until };
        case 'never':
          return { is: 'failed', failure: interrupted(outcome.message, next), until: null };
      }
    }
  }
}

/** The newest check Pod of an image with these commands. */
function newestRun(
  checkPods: readonly CheckRun[],
  image: string,
  settings: string,
): (CheckRun & { readonly identity: VerifyIdentity }) | undefined {
  return checkPods
    .flatMap(({ identity, pod }) =>
      identity.role === 'verify' && identity.image === image && identity.settings === settings
        ? [{ identity, pod }]
        : [],
    )
    .toSorted((a, b) => a.identity.attempt - b.identity.attempt)
    .at(-1);
}

/** The result that an earlier pass recorded. */
function recorded(status: ImageSpecStatus, verify: EffectiveSpec['verify'], image: string): Commands | undefined {
  switch (hashesOf(status.jupyterHub?.settingsHash).verify) {
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

/** Whether the failure in the status may come from the commands. */
function isOfCommands({ reason, nextAttemptTime }: FailureStatus): boolean {
  return reason === 'VerificationFailed' || (reason === 'LaunchInterrupted' && nextAttemptTime === undefined);
}
