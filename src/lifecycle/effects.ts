import type { ImageSpecStatus } from '../api/imagespec.generated.ts';
import { render } from '../dockerfile/render.ts';
import type { EffectiveSpec } from '../imagespec/effective.ts';
import { launchPullSecrets } from '../imagespec/pullSecrets.ts';
import { probePod } from '../jupyterhub/launch/probePod.ts';
import { verifyPod, verifySettingsHash } from '../jupyterhub/verifyPod.ts';
import { buildJob } from '../kaniko/job.ts';
import type { CheckIdentity, CheckRun } from './model/checkPod.ts';
import type { Effect } from './model/effect.ts';
import type { Self } from './model/observation.ts';
import type { Goal, Situation } from './model/situation.ts';

/** Creates the Job of a build, with its Dockerfile. */
export function createJob(self: Self, { goal, build }: Extract<Situation, { is: 'due' }>): Effect {
  return {
    do: 'createJob',
    self,
    job: buildJob({
      owner: { namespace: self.namespace, name: self.name, uid: self.uid },
      identity: build.identity,
      spec: goal.spec,
      bases: goal.bases,
      finalBase: goal.finalBase,
      dockerfile: render(goal.spec, goal.bases),
    }),
  };
}

type PutTag = Extract<Effect, { do: 'putTag' }>;

/** Puts a tag of the output repository. */
export function putTag(
  { goal }: { readonly goal: Goal },
  { tag, digest, mode }: Pick<PutTag, 'tag' | 'digest' | 'mode'>,
): PutTag {
  return { do: 'putTag', tag, digest, secret: goal.spec.pushSecret, mode };
}

/** Creates a check Pod. */
export function createPod(self: Self, spec: EffectiveSpec, identity: CheckIdentity): Effect {
  const common = {
    owner: { namespace: self.namespace, name: self.name, uid: self.uid },
    hub: spec.hub,
    pullSecrets: launchPullSecrets(spec),
    platform: spec.platformSettings,
  };
  if (identity.role === 'probe') {
    return { do: 'createPod', self, pod: probePod({ ...common, identity }) };
  }
  // A check Pod for the list of packages runs no command.
  const verify = identity.settings === verifySettingsHash(spec.verify) ? spec.verify : [];
  return { do: 'createPod', self, pod: verifyPod({ ...common, identity, verify }) };
}

/** Writes the contents of the good image, from the log of a check Pod. */
export function writeContents(
  self: Self,
  history: ImageSpecStatus['history'],
  { build, good, goal }: Extract<Situation, { is: 'done' }>,
  { pod }: CheckRun,
): Effect {
  return {
    do: 'writeContents',
    self,
    pod: pod.ref,
    about: {
      number: build.identity.number,
      image: good.image,
      bases: goal.bases.map(({ image, digest }) => ({ image, digest })),
    },
    keep: (history ?? []).map(({ number }) => number),
  };
}
