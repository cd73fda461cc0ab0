import { z } from 'zod';
import { repositoryPattern } from './repositoryText.ts';
import { objectName, quantity } from './values.ts';

const choice = z.enum(['Allowed', 'Refused']);

/** A resource that a device plugin offers, or huge pages. */
const extendedResource = z
  .string()
  .max(316)
  .regex(
    /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?|hugepages-[A-Za-z0-9]+)$/,
    'must be the name of an extended resource, such as nvidia.com/gpu',
  );

const labelKey = z.string().min(1).max(317);
const labelValue = z.string().max(63);

/**
 * What ImageSpecs may use. A violation has the reason `PolicyViolation`, and its message names the setting. By default
 * images may come from any repository and go to any that a Secret opens. No ImageSpec affects the scheduling of Pods.
 */
export const policySchema = z
  .strictObject({
    baseImages: z
      .array(repositoryPattern)
      .max(256)
      .default([])
      .describe(
        'Permitted repositories of base images, such as quay.io/jupyter/* or registry.example.com/{namespace}/**; docker.io is Docker Hub. Empty: any.',
      ),
    repositories: z
      .array(repositoryPattern)
      .max(256)
      .default([])
      .describe(
        'Permitted repositories for pushed images, such as registry.example.com/imagespecs/{namespace}/*; "**" permits any. Empty: the one of output.repositoryTemplate only; without a template, any.',
      ),
    ownDockerfiles: choice.default('Allowed').describe('Whether ImageSpecs may use spec.dockerfile.'),
    pipIndexUrls: choice
      .default('Allowed')
      .describe(
        'Whether ImageSpecs may install Python packages from URLs of their own: https URLs in packages.pipIndexes, URLs in packages.pip, and variables of pip in build.args and env. Commands of a Dockerfile are free; ownDockerfiles refuses those.',
      ),
    condaChannels: z
      .array(z.string().min(1).max(512))
      .max(256)
      .default([])
      .describe(
        'Channels that packages.condaChannels and packages.conda may name; build.args and env then set no channels either. Commands of a Dockerfile are free; ownDockerfiles refuses those. Empty: any.',
      ),
    extendedResources: z
      .array(z.strictObject({ name: extendedResource, maximum: quantity.nullable().default(null) }))
      .max(64)
      .default([])
      .describe(
        'Resources besides cpu, memory and ephemeral-storage that spec.build.resources may name, such as {name: nvidia.com/gpu, maximum: "1"} (maximum null: any amount). Empty: none.',
      ),
    serviceAccounts: z
      .array(objectName)
      .max(64)
      .default([])
      .describe('Service accounts that spec.build.serviceAccountName may name. Empty: none.'),
    nodeSelectors: z
      .array(z.strictObject({ key: labelKey, values: z.array(labelValue).max(64).default([]) }))
      .max(64)
      .default([])
      .describe('Labels that spec.build.nodeSelector may select, with their values (none: any value). Empty: none.'),
    tolerations: z
      .array(
        z.strictObject({
          key: labelKey,
          effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).nullable().default(null),
        }),
      )
      .max(64)
      .default([])
      .describe('Taints that spec.build.tolerations may tolerate, with their effect (null: any effect). Empty: none.'),
    secretLabels: z
      .enum(['Optional', 'Required'])
      .default('Optional')
      .describe(
        'Required: ImageSpecs may use a Secret only when its label imagespec.dev/use names that use: pull, push, packages or cache. Optional: a Secret may lack the label. In both cases no build step gets a Secret with the label push.',
      ),
  })
  .prefault({});
