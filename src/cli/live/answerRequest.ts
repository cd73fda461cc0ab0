import type { ReadyReason } from '../../api/reasons.ts';
import { failed, ok, type Result } from '../../api/result.ts';
import { type Request, standingOf, type View } from './standing.ts';

/** A request that nothing would come of is not made: the failure says why, and what to do instead. */
export function promiseOf(view: View, request: Request): Result<string, string> {
  const { imageSpec } = view;
  const { status, spec, namespace, name } = imageSpec;
  const it = `${namespace}/${name}`;
  const { is, reason, message } = standingOf(view);
  const now = `${it} is ${reason}: ${message}`;
  if (status.observedGeneration === -1) {
    return failed(
      `the operator has not seen ${it} yet, and would take a request of now for one of before; wait, then ask again`,
    );
  }
  switch (request) {
    case 'rebuild':
      if (spec.suspend === true) {
        return failed(`${it} is suspended: set spec.suspend to false first`);
      }
      if (wantsAnotherSpec(reason)) {
        return failed(`${now}; change the spec, that builds it by itself`);
      }
      return ok(
        `${it} is built anew: the base is looked up again, and neither the image of before nor the layer cache is used${
          is === 'underWay' && isBuild(view) ? '; the build that is under way is stopped' : ''
        }`,
      );
    case 'retry':
      if (spec.suspend === true) {
        return failed(`${it} is suspended: set spec.suspend to false first`);
      }
      if (is === 'ready') {
        return failed(`nothing has failed: ${now}; "rebuild" builds it again`);
      }
      if (wantsAnotherSpec(reason)) {
        return failed(`${now}; the same would come of it again: change the spec, that builds it by itself`);
      }
      return is === 'failed' || reason === 'Retrying'
        ? ok(
            `${it} is tried again, with the layer cache: the last attempt ended with ${status.failure?.reason ?? reason}`,
          )
        : failed(`it is being worked on: ${now}; wait, or "cancel" first`);
    case 'cancel':
      return is === 'underWay' && isBuild(view)
        ? ok(
            `the build of ${it} is stopped${status.image === undefined ? '' : `; its last good image ${status.image} stays`}`,
          )
        : failed(
            `there is no build to cancel: ${now}${is === 'underWay' ? '; spec.suspend: true keeps it from starting' : ''}`,
          );
  }
}

function wantsAnotherSpec(reason: ReadyReason): boolean {
  return reason === 'InvalidSpec' || reason === 'PolicyViolation';
}

/** Whether there is a build that waits or runs; one whose image is only proven has ended. */
function isBuild(view: View): boolean {
  const { build } = view.imageSpec.status;
  const { reason } = standingOf(view);
  const isOnItsWay = reason === 'Queued' || reason === 'Building' || reason === 'Retrying';
  return isOnItsWay || (build !== undefined && build.completionTime === undefined && build.image === undefined);
}
