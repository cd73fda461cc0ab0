import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { keptRequest } from '../../kaniko/identity.ts';
import { isOver } from '../../kaniko/run.ts';
import { failureToKeep } from '../model/record.ts';
import type { BuildRecord, Reported, Stalled } from '../model/situation.ts';
import type { Standing } from '../model/standing.ts';

/** The lastHandled fields of the status; a request that stays open keeps its old value. */
export function handledRequests(
  standing: Standing,
  at: Reported,
  build: BuildRecord | null,
): Pick<ImageSpecStatus, 'lastHandledRebuild' | 'lastHandledRetry' | 'lastHandledLaunch' | 'lastHandledCancel'> {
  const { requests, status } = standing.seen;
  const open = openAfter(standing, at, build);
  const rebuild = open.rebuild === null ? (requests.rebuild ?? status.lastHandledRebuild) : status.lastHandledRebuild;
  const retry = open.retry === null ? (requests.retry ?? status.lastHandledRetry) : status.lastHandledRetry;
  const launch = open.launch === null ? (requests.launch ?? status.lastHandledLaunch) : status.lastHandledLaunch;
  const cancel = requests.cancel ?? status.lastHandledCancel;
  return {
    ...(rebuild === undefined ? {} : { lastHandledRebuild: keptRequest(rebuild) }),
    ...(retry === undefined ? {} : { lastHandledRetry: keptRequest(retry) }),
    ...(launch === undefined ? {} : { lastHandledLaunch: keptRequest(launch) }),
    ...(cancel === undefined ? {} : { lastHandledCancel: keptRequest(cancel) }),
  };
}

/** The requests that stay open with this status. */
function openAfter(standing: Standing, at: Reported, build: BuildRecord | null) {
  const { rebuild, retry, launch } = standing.requests;
  return {
    rebuild: at.is === 'cancelled' || build?.identity.rebuild === rebuild ? null : rebuild,
    retry: isRetryOpen(standing, at) && build?.identity.retry !== retry ? retry : null,
    launch: isLaunchOpen(standing) ? launch : null,
  };
}

/** A launch that has settled answers a request for one. Without an image there is nothing to launch again. */
function isLaunchOpen({ seen: { plan }, served }: Standing): boolean {
  return !plan.ok || served?.launch.is === 'open';
}

/** A further attempt answers a retry, and so does an image without failures. A failure new to this status does not. */
function isRetryOpen({ seen: { status, checkPods }, fresh, served }: Standing, at: Reported): boolean {
  const isNoneRunning = checkPods.every(({ pod }) => isOver(pod));
  switch (at.is) {
    case 'asking':
    case 'waiting':
    case 'due':
    case 'suspended':
      return true;
    case 'stalled':
      return isNewlyEnded(status, at.build) || fresh?.retry === 'held' || isPrevented(status, at);
    case 'done':
      return served?.retry === 'held' || (served?.launch.is === 'open' && isNoneRunning);
    case 'verifying':
      return isNoneRunning;
    case 'queued':
    case 'building':
    case 'tagging':
    case 'cancelled':
      return false;
  }
}

/** Whether an obstacle keeps the requested attempt from beginning. */
function isPrevented(before: ImageSpecStatus, { goal, build }: Stalled): boolean {
  return goal !== null && build === null && failureToKeep(before, goal) !== undefined;
}

/** Whether the previous status does not hold the end of the build. */
function isNewlyEnded({ build: before }: ImageSpecStatus, build: BuildRecord | null): boolean {
  return (
    build !== null &&
    build.completionTime !== null &&
    !(
      before?.number === build.identity.number &&
      before.attempt === build.identity.attempt &&
      before.completionTime !== undefined
    )
  );
}
