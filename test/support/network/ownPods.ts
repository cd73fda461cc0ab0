import type { V1Pod } from '@kubernetes/client-node';
import { probePod, probeSettingsHash } from '../../../src/jupyterhub/launch/probePod.ts';
import { verifyPod, verifySettingsHash } from '../../../src/jupyterhub/verifyPod.ts';
import { buildJob } from '../../../src/kaniko/job.ts';
import type { Role } from '../../../src/kaniko/ownPod.ts';
import { base, image, run, spec } from '../observations.ts';

const owner = { namespace: 'vision', name: 'astro', uid: 'uid-1' };

/** One Pod of each role, as the operator makes it. */
export function ownPods(): readonly { readonly role: Role; readonly pod: V1Pod }[] {
  const { hub, platformSettings: platform, repository, pushMode } = spec;
  const { identity } = run(null, { repository, pushMode });
  const job = buildJob({ owner, identity, spec, bases: [base], finalBase: base, dockerfile: 'FROM x\n' });
  const template = job.spec?.template;
  if (template?.metadata === undefined || template.spec === undefined) {
    throw new Error('a build Job has a Pod');
  }
  const verify = [{ name: 'imports', command: ['true'], timeoutSeconds: 60 }];
  const check = { owner, hub, pullSecrets: [], platform } as const;
  return [
    { role: 'build', pod: { metadata: template.metadata, spec: template.spec } },
    {
      role: 'probe',
      pod: probePod({
        ...check,
        identity: {
          role: 'probe',
          image,
          settings: probeSettingsHash(hub),
          attempt: 1,
          command: 'kept',
          trial: 'first',
          request: null,
        },
      }),
    },
    {
      role: 'verify',
      pod: verifyPod({
        ...check,
        identity: { role: 'verify', image, settings: verifySettingsHash(verify), attempt: 1 },
        verify,
      }),
    },
  ];
}
