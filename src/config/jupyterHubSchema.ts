import { z } from 'zod';
import { objectName, resourceList } from './values.ts';

const toleration = z.strictObject({
  key: z.string().max(316).default(''),
  operator: z.enum(['Equal', 'Exists']).default('Equal'),
  value: z.string().max(63).default(''),
  effect: z.enum(['', 'NoSchedule', 'PreferNoSchedule', 'NoExecute']).default(''),
  tolerationSeconds: z.int().min(0).nullable().default(null),
});

/** How an image is launched to prove it; it mirrors the site's own Hub. Defaults: zero-to-jupyterhub's. */
const probeSchema = z
  .strictObject({
    mode: z
      .enum(['Enabled', 'Disabled'])
      .default('Enabled')
      .describe('Disabled: no image is launched, and JupyterHubCompatible says ProbeDisabled.'),
    args: z
      .array(z.string().min(1).max(1024))
      .min(1)
      .max(32)
      .default(['jupyterhub-singleuser'])
      .describe(
        "The Hub's singleuser command (KubeSpawner's cmd): the container's args, so the image's entrypoint stays.",
      ),
    uid: z.int().min(1).max(4_294_967_294).default(1000).describe('User ID of a launched image.'),
    fsGroup: z.int().min(0).max(4_294_967_294).default(100).describe('Group that owns the volume on the home.'),
    homePath: z
      .string()
      .regex(/^\/[A-Za-z0-9._/-]{1,255}$/, 'must be an absolute path')
      .default('/home/jovyan')
      .describe('Where the volume with the home is mounted; what the image has there is hidden.'),
    port: z.int().min(1024).max(65_535).default(8888).describe('Port of the single-user server.'),
    env: z
      .array(z.strictObject({ name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), value: z.string().max(4096) }))
      .max(64)
      .default([])
      .describe('Variables that the Hub gives its servers besides its own.'),
    timeoutSeconds: z
      .int()
      .min(5)
      .max(3600)
      .default(30)
      .describe(
        "Seconds in which a launched server must answer, once its container runs: the Hub's c.Spawner.http_timeout, of which this is the default.",
      ),
    resources: z
      .strictObject({ requests: resourceList.default({}), limits: resourceList.default({}) })
      .prefault({ requests: { cpu: '100m', memory: '256Mi' } })
      .describe('Resources of a launched server.'),
    nodeSelector: z
      .record(z.string().min(1).max(316), z.string().max(63))
      .default({})
      .describe('Nodes on which images are launched.'),
    tolerations: z.array(toleration).max(32).default([]).describe('Taints that launched images tolerate.'),
    concurrency: z.int().min(1).max(1000).default(5).describe('Images launched at once, for verdicts and spec.verify.'),
  })
  .prefault({});

/** A machine that the administrator offers with an image. */
const machineProfileSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and "-"'),
  displayName: z.string().min(1).max(128),
  description: z.string().max(512).default(''),
  kubespawnerOverride: z
    .record(z.string().min(1).max(128), z.json())
    .refine((settings) => !('image' in settings), 'must not set image: that is what the ImageSpec is for')
    .default({}),
});

/** Where images are offered to users: one ConfigMap, read by one Hub. */
const destinationSchema = z.strictObject({
  namespace: objectName,
  configMap: objectName.default('imagespec-profiles'),
  namespaces: z.array(objectName).max(256).default([]),
  selector: z.record(z.string().min(1).max(316), z.string().max(63)).default({}),
  pullSecret: objectName.nullable().default(null),
  groups: z
    .array(z.string().regex(/^[A-Za-z0-9._@{}-]{1,253}$/))
    .max(64)
    .default(['{namespace}']),
});

/** What the operator knows of the site's JupyterHub. */
export const jupyterHubSchema = z
  .strictObject({
    hubVersion: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 5.3.0')
      .nullable()
      .default(null)
      .describe("Version of the site's JupyterHub. null: unknown."),
    probe: probeSchema,
    profiles: z
      .array(machineProfileSchema)
      .max(64)
      .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'must name each profile once')
      .default([])
      .describe(
        'Machine profiles that spec.jupyterHub.profiles may name: name, displayName, description, and kubespawnerOverride as KubeSpawner takes it.',
      ),
    publish: z
      .array(destinationSchema)
      .max(64)
      .refine(
        (list) => new Set(list.map(({ namespace, configMap }) => `${namespace}/${configMap}`)).size === list.length,
        'must name each ConfigMap once',
      )
      .default([])
      .describe(
        "ConfigMaps in which images are offered to a Hub: namespace and configMap; namespaces (empty: all) and selector (labels) choose the ImageSpecs; pullSecret is a Secret of the Hub's namespace; groups are the groups of users who see an image, with {namespace} put in.",
      ),
  })
  .prefault({});
