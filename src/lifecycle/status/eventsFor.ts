import { conditionOf } from '../../api/conditions.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { beginningOf } from '../../text/cut.ts';

/** What an Event says. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Longest note that the API server takes (events.k8s.io/v1). */
const longestNote = 1024;

/** Events are a function of the difference between two statuses: what Ready says, why a build began, what the Hub makes of it. */
export function eventsFor(before: ImageSpecStatus, after: ImageSpecStatus): readonly EventNote[] {
  return [
    ...started(before, after),
    ...readyChanged(before, after),
    ...taggedChanged(before, after),
    ...verdictChanged(before, after),
    ...baseMoved(before, after),
  ].map(({ type, reason, message }) => ({ type, reason, message: beginningOf(message, longestNote) }));
}

/** The one thing that no status can say: that the API server does not take the status. */
export function unwritableStatus(message: string): EventNote {
  const note = `the status cannot be written: ${message}; it is tried again`;
  return { type: 'Warning', reason: 'StatusRefused', message: beginningOf(note, longestNote) };
}

function readyChanged(before: ImageSpecStatus, after: ImageSpecStatus): readonly EventNote[] {
  const [old, now] = [conditionOf(before, 'Ready'), conditionOf(after, 'Ready')];
  if (now === undefined || (old?.reason === now.reason && old.message === now.message)) {
    return [];
  }
  const bad = now.status === 'False' || now.reason === 'Retrying' || now.reason === 'WaitingForSecret';
  return [{ type: bad ? 'Warning' : 'Normal', reason: now.reason, message: now.message }];
}

/** Why a build began, as the Job is there. */
function started({ build: before }: ImageSpecStatus, { build }: ImageSpecStatus): readonly EventNote[] {
  if (build?.jobUID === undefined || build.jobUID === before?.jobUID) {
    return [];
  }
  const changes = build.changes === undefined ? '' : ` (${build.changes.join(', ')})`;
  const attempt = build.attempt === 1 ? '' : `, attempt ${build.attempt}`;
  const message = `build ${build.number}${attempt}: ${build.reasons.join(', ')}${changes}`;
  return [{ type: 'Normal', reason: 'BuildStarted', message }];
}

const passing = new Set(['ProbePending', 'BuildNotComplete', 'ProbeDisabled']);

function verdictChanged(before: ImageSpecStatus, after: ImageSpecStatus): readonly EventNote[] {
  const [old, now] = [conditionOf(before, 'JupyterHubCompatible'), conditionOf(after, 'JupyterHubCompatible')];
  if (now === undefined || passing.has(now.reason) || (old?.reason === now.reason && old.message === now.message)) {
    return [];
  }
  const good = now.status === 'True' && now.reason !== 'MajorVersionSkew';
  return [{ type: good ? 'Normal' : 'Warning', reason: now.reason, message: now.message }];
}

/** Why the moving tag stays behind, and that it has come. The first time it moves with the image nothing more is said. */
function taggedChanged(before: ImageSpecStatus, after: ImageSpecStatus): readonly EventNote[] {
  const [old, now] = [conditionOf(before, 'Tagged'), conditionOf(after, 'Tagged')];
  const isNews = now !== undefined && (old?.reason !== now.reason || old.message !== now.message);
  if (!isNews || (now.status === 'True' && old?.status !== 'False')) {
    return [];
  }
  return [{ type: now.status === 'True' ? 'Normal' : 'Warning', reason: now.reason, message: now.message }];
}

function baseMoved({ base: before }: ImageSpecStatus, { base }: ImageSpecStatus): readonly EventNote[] {
  const digest = base?.availableDigest;
  return digest === undefined || digest === before?.availableDigest
    ? []
    : [{ type: 'Normal', reason: 'BaseUpdateAvailable', message: `${base?.image ?? ''} is ${digest} now` }];
}
