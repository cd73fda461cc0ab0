import { conditionOf } from '../../api/conditions.ts';
import type { ReadyReason } from '../../api/reasons/reasons.ts';
import { failed, ok, type Result } from '../../api/result.ts';
import { type Request, standingOf, type View } from './status/standing.ts';

/**
 * Predicts the operator's response to a request. A request without effect fails: the failure says why, and what to do
 * instead.
 */
export function promiseOf(view: View, request: Request): Result<string, string> {
  const { imageSpec } = view;
  const { status, spec, namespace, name } = imageSpec;
  const it = `${namespace}/${name}`;
  const { is, reason, message } = standingOf(view);
  const now = `${it} is ${reason}: ${message}`;
  if (status.observedGeneration === -1) {
    return failed(
      `the operator has not seen ${it} yet and would treat a request made now as an old one; wait, then try again`,
    );
  }
  switch (request) {
    case 'rebuild':
      if (spec.suspend === true) {
        return failed(`${it} is suspended: set spec.suspend to false first`);
      }
      if (wantsAnotherSpec(reason)) {
        return failed(`${now}; change the spec to start a build`);
      }
      return ok(
        `${it} is built again: the operator looks up the base again, and uses neither the previous image nor the layer cache${
          is === 'underWay' && isBuild(view) ? '; the current build is stopped' : ''
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
        return failed(`${now}; a retry would fail in the same way: change the spec to start a build`);
      }
      return is === 'failed' || reason === 'Retrying'
        ? ok(`${it} is retried, with the layer cache: the last attempt ended with ${status.failure?.reason ?? reason}`)
        : failed(`the operator is working on it: ${now}; wait, or "cancel" first`);
    case 'launch':
      if (spec.suspend === true) {
        return failed(`${it} is suspended: set spec.suspend to false first`);
      }
      if (spec.jupyterHub?.policy === 'Skip') {
        return failed(`spec.jupyterHub.policy of ${it} is Skip: its image is not for a Hub, and is not launched`);
      }
      if (status.image === undefined) {
        return failed(`there is no image to launch: ${now}; the operator launches one as soon as it is built`);
      }
      return conditionOf(status, 'JupyterHubCompatible')?.reason === 'ProbeDisabled'
        ? failed(`the administrator disabled launches (jupyterHub.probe.mode): ${it} cannot be launched`)
        : ok(`${status.image} is launched again; condition JupyterHubCompatible shows the verdict`);
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

/** Whether a build waits or runs. While the operator proves an image, its build has ended. */
function isBuild(view: View): boolean {
  const { build } = view.imageSpec.status;
  const { reason } = standingOf(view);
  const isOnItsWay = reason === 'Queued' || reason === 'Building' || reason === 'Retrying';
  return isOnItsWay || (build !== undefined && build.completionTime === undefined && build.image === undefined);
}
