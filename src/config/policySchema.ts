import { z } from 'zod';
import { objectName } from './values.ts';

const choice = z.enum(['Allowed', 'Refused']);

/** A repository pattern; `imagespec/patterns.ts` defines the syntax. */
const repositoryPattern = z
  .string()
  .min(1)
  .max(512)
  .regex(
    /^[a-z0-9.-]+(:\d{1,5})?(\/[a-z0-9._*{}-]+)+$/,
    'must be HOST/PATH in lower case, where "*" stands for text without "/" and a last "**" for any path',
  );

const labelKey = z.string().min(1).max(317);
const labelValue = z.string().max(63);

/**
 * What ImageSpecs may use. A violation has the reason `PolicyViolation`, and its message names the setting. By default
 * images may come from any repository and go to any that a Secret opens, and no ImageSpec affects the scheduling of
 * Pods.
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
        'Permitted repositories for pushed images, such as registry.example.com/imagespecs/{namespace}/*. Empty: any.',
      ),
    ownDockerfiles: choice.default('Allowed').describe('Whether ImageSpecs may use spec.dockerfile.'),
    pipIndexUrls: choice
      .default('Allowed')
      .describe('Whether packages.pipIndexes may contain https URLs besides the names of pipIndexes.'),
    condaChannels: z
      .array(z.string().min(1).max(512))
      .max(256)
      .default([])
      .describe('Channels that packages.condaChannels and packages.conda may name. Empty: any.'),
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
        'Required: ImageSpecs may use a Secret only when its label imagespec.dev/use names that use: pull, push or packages.',
      ),
  })
  .prefault({});
