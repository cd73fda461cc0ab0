import { conditionOf } from '../../api/conditions.ts';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { beginningOf } from '../../text/cut.ts';

/** Content of an Event. */
export interface EventNote {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Longest note that the API server accepts (events.k8s.io/v1). */
const longestNote = 1024;

/** Derives Events from the difference between two statuses: Ready, the start of a build, tags and the verdict. */
export function eventsFor(before: ImageSpecStatus, after: ImageSpecStatus): readonly EventNote[] {
  return [
    ...started(before, after),
    ...baseUnpacked(before, after),
    ...readyChanged(before, after),
    ...taggedChanged(before, after),
    ...verdictChanged(before, after),
    ...baseMoved(before, after),
  ].map(({ type, reason, message }) => ({ type, reason, message: beginningOf(message, longestNote) }));
}

/** The Event about a status that the API server refuses, because the status itself cannot show that. */
export function unwritableStatus(message: string): EventNote {
  const note = `the status cannot be written: ${message}; the operator tries again`;
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

/** The Event about the reasons of a build, once its Job exists. */
function started({ build: before }: ImageSpecStatus, { build }: ImageSpecStatus): readonly EventNote[] {
  if (build?.jobUID === undefined || build.jobUID === before?.jobUID) {
    return [];
  }
  const changes = build.changes === undefined ? '' : ` (${build.changes.join(', ')})`;
  const attempt = build.attempt === 1 ? '' : `, attempt ${build.attempt}`;
  const message = `build ${build.number}${attempt}: ${build.reasons.join(', ')}${changes}`;
  return [{ type: 'Normal', reason: 'BuildStarted', message }];
}

/** The Event about nodes that cannot pull a base: it says what they lack, and is news for an administrator. */
function baseUnpacked({ build: before }: ImageSpecStatus, { build }: ImageSpecStatus): readonly EventNote[] {
  return isUnpackedAgain(before, build)
    ? [{ type: 'Warning', reason: 'BaseNotMounted', message: build?.baseReason ?? '' }]
    : [];
}

/** Whether an attempt unpacks the base that the attempt before could not mount. */
export function isUnpackedAgain(before: ImageSpecStatus['build'], after: ImageSpecStatus['build']): boolean {
  return before?.number === after?.number && before?.base === 'Mounted' && after?.base === 'Unpacked';
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

/** The Events about a moving tag that stays behind and later follows. The first move with the image makes no Event. */
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
