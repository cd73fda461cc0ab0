import { isDeepStrictEqual } from 'node:util';
import type { ImageSpecStatus } from '../../api/imagespec.generated.ts';
import type { Instant } from '../../api/time.ts';
import { toRfc3339 } from '../../api/time.ts';
import type { EffectiveSpec } from '../../imagespec/effective.ts';
import { hashesOf, joinHashes, launchHash, verifyHash } from '../hashes/settingsHash.ts';
import type { Checked, Standing } from '../model/standing.ts';

type HubStatus = NonNullable<ImageSpecStatus['jupyterHub']>;

/** `status.jupyterHub`: the results of launches and commands. */
export function hubStatus({ seen, build, fresh, served }: Standing): Pick<ImageSpecStatus, 'jupyterHub'> {
  const { status, plan } = seen;
  if (!plan.ok) {
    return status.jupyterHub === undefined ? {} : { jupyterHub: status.jupyterHub };
  }
  const { spec } = plan.value;
  const newestFirst = [fresh, served].filter((checked) => checked !== null);
  const launched = withLaunch(seen.now, spec, newestFirst, status.jupyterHub);
  const after = withCommands(seen.now, spec, build.is === 'done' ? served : fresh, launched);
  return after === undefined ? {} : { jupyterHub: keepTime(after, status.jupyterHub) };
}

/** Adds the result of the launch of the newest image, else of the serving image. */
function withLaunch(
  now: Instant,
  spec: EffectiveSpec,
  newestFirst: readonly Checked[],
  before: HubStatus | undefined,
): HubStatus | undefined {
  const hubVersion = spec.hub.hubVersion === null ? {} : { hubVersion: spec.hub.hubVersion };
  for (const { image, launch } of newestFirst) {
    if (launch.is !== 'settled') {
      continue;
    }
    const compatible = launch.verdict.status === 'True' ? image : before?.compatibleImage;
    const compatibleImage = compatible === undefined ? {} : { compatibleImage: compatible };
    if (launch.source === 'launch') {
      const { facts } = launch;
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
        ...hubVersion,
        ...(launch.log === '' ? {} : { log: launch.log }),
        observedTime: toRfc3339(now),
        settingsHash: joinHashes({ launch: launchHash(spec.hub), verify: hashesOf(before?.settingsHash).verify }),
      };
    }
    if (before !== undefined && (launch.facts !== null || before.probedImage === image)) {
      const { hubVersion: _, ...rest } = before;
      return { ...rest, ...compatibleImage, ...hubVersion };
    }
  }
  return before;
}

/** Adds the result of the image's commands. */
function withCommands(
  now: Instant,
  { verify }: EffectiveSpec,
  checked: Checked | null,
  before: HubStatus | undefined,
): HubStatus | undefined {
  if (checked === null || (before === undefined && verify.length === 0)) {
    return before;
  }
  const { image, commands } = checked;
  if (commands.is === 'open' || (commands.is === 'failed' && commands.until !== null)) {
    return before;
  }
  const launch = hashesOf(before?.settingsHash).launch;
  const settingsHash = joinHashes({ launch, verify: verifyHash(verify, image, commands.is) });
  return before === undefined
    ? { probedImage: image, observedTime: toRfc3339(now), settingsHash }
    : { ...before, settingsHash };
}

/** Keeps observedTime unless another field changes. */
function keepTime(after: HubStatus, before: HubStatus | undefined): HubStatus {
  return before !== undefined && isDeepStrictEqual({ ...after, observedTime: '' }, { ...before, observedTime: '' })
    ? before
    : after;
}
