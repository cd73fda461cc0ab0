import { isDeepStrictEqual } from 'node:util';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { toRfc3339 } from '../../api/time.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import type { Observation } from '../model/observation.ts';
import { hashesOf, joinHashes, launchHash, verifyHash } from '../model/settingsHash.ts';
import { type Proof, proofOf } from '../proofs/launch.ts';
import { verification } from '../proofs/verify.ts';
import type { Told } from './conditions.ts';

type HubStatus = NonNullable<ImageSpecStatus['jupyterHub']>;

/** The image that condition JupyterHubCompatible is about: the good one, or the fresh build when there is none. */
export function targetOf({ status }: Observation, at: Told): string | null {
  return at.is === 'done' ? at.good.image : (status.image ?? pushedIn(at));
}

/** A pushed image that is not good (yet). */
function pushedIn(at: Told): string | null {
  return at.is === 'verifying' || at.is === 'stalled' || at.is === 'asking' ? (at.build?.image ?? null) : null;
}

/** Where the proof stands that the condition tells of; null: there is no image, or no spec that says how to launch it. */
export function proofFor(seen: Observation, at: Told): Proof | null {
  const image = targetOf(seen, at);
  return image === null || !seen.plan.ok ? null : proofOf(seen, seen.plan.value.spec, image);
}

/** `status.jupyterHub`: what launches and commands have shown. */
export function hubStatus(seen: Observation, at: Told): Pick<ImageSpecStatus, 'jupyterHub'> {
  const { status } = seen;
  if (!seen.plan.ok) {
    return status.jupyterHub === undefined ? {} : { jupyterHub: status.jupyterHub };
  }
  const { spec } = seen.plan.value;
  const launched = withLaunch(seen, spec, at, status.jupyterHub);
  const after = withCommands(seen, spec, at, launched);
  return after === undefined ? {} : { jupyterHub: keepTime(after, status.jupyterHub) };
}

/** With the result of a launch of the newest image, or else of the one that serves. */
function withLaunch(
  seen: Observation,
  spec: EffectiveSpec,
  at: Told,
  before: HubStatus | undefined,
): HubStatus | undefined {
  for (const image of new Set([pushedIn(at), targetOf(seen, at)])) {
    const proof = image === null ? null : proofOf(seen, spec, image);
    if (image === null || proof?.is !== 'settled') {
      continue;
    }
    const compatible = proof.verdict.status === 'True' ? image : before?.compatibleImage;
    const compatibleImage = compatible === undefined ? {} : { compatibleImage: compatible };
    if (proof.source === 'launch') {
      const { facts } = proof;
      return {
        probedImage: image,
        ...compatibleImage,
        ...(facts === null
          ? {}
          : {
              singleuserVersion: facts.singleuserVersion,
              ...(facts.serverVersion === null ? {} : { serverVersion: facts.serverVersion }),
              launchMilliseconds: facts.launchMilliseconds,
            }),
        ...(spec.hub.hubVersion === null ? {} : { hubVersion: spec.hub.hubVersion }),
        observedTime: toRfc3339(seen.now),
        settingsHash: joinHashes({ launch: launchHash(spec.hub), verify: hashesOf(seen.status).verify }),
      };
    }
    if (before !== undefined && (proof.facts !== null || before.probedImage === image)) {
      const { hubVersion: _, ...rest } = before;
      const hubVersion = spec.hub.hubVersion === null ? {} : { hubVersion: spec.hub.hubVersion };
      return { ...rest, ...compatibleImage, ...hubVersion };
    }
  }
  return before;
}

/** With the commands that the image has passed, or not. */
function withCommands(
  seen: Observation,
  spec: EffectiveSpec,
  at: Told,
  before: HubStatus | undefined,
): HubStatus | undefined {
  const image = at.is === 'done' ? at.good.image : pushedIn(at);
  const verified = image === null ? null : verification(seen, spec, image);
  const isOver = verified?.is === 'passed' || (verified?.is === 'failed' && verified.until === null);
  if (image === null || !isOver || (before === undefined && spec.verify.length === 0)) {
    return before;
  }
  const launch = before?.settingsHash.slice(0, 32) ?? '';
  const settingsHash = joinHashes({ launch, verify: verifyHash(spec.verify, image, verified.is) });
  return before === undefined
    ? { probedImage: image, observedTime: toRfc3339(seen.now), settingsHash }
    : { ...before, settingsHash };
}

/** The same result was observed when it was observed first. */
function keepTime(after: HubStatus, before: HubStatus | undefined): HubStatus {
  return before !== undefined && isDeepStrictEqual({ ...after, observedTime: '' }, { ...before, observedTime: '' })
    ? before
    : after;
}
