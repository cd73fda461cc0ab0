import { z } from 'zod';
import { affinity, nodeSelector, podAnnotations, podLabels, tolerations } from './placementSchema.ts';
import { objectName, resourceList } from './values.ts';

/** How the operator launches an image to prove it; mirrors the site's Hub. Defaults: zero-to-jupyterhub's. */
const probeSchema = z
  .strictObject({
    mode: z
      .enum(['Enabled', 'Disabled'])
      .default('Enabled')
      .describe('Disabled: the operator launches no image, and JupyterHubCompatible has reason ProbeDisabled.'),
    args: z
      .array(z.string().min(1).max(1024))
      .min(1)
      .max(32)
      .default(['jupyterhub-singleuser'])
      .describe(
        "The Hub's singleuser command (KubeSpawner's cmd): the container's args, so that the image's entrypoint runs.",
      ),
    uid: z.int().min(1).max(4_294_967_294).default(1000).describe('User ID of a launched image.'),
    fsGroup: z
      .int()
      .min(0)
      .max(4_294_967_294)
      .default(100)
      .describe('Group that owns the volume of the home directory.'),
    homePath: z
      .string()
      .regex(/^\/[A-Za-z0-9._/-]{1,255}$/, 'must be an absolute path')
      .default('/home/jovyan')
      .describe("Mount path of the home directory's volume; it hides the image's files there."),
    port: z.int().min(1024).max(65_535).default(8888).describe('Port of the single-user server.'),
    env: z
      .array(z.strictObject({ name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/), value: z.string().max(4096) }))
      .max(64)
      .default([])
      .describe('Additional variables that the Hub sets for its servers.'),
    timeoutSeconds: z
      .int()
      .min(5)
      .max(3600)
      .default(30)
      .describe(
        "Seconds within which a launched server must respond after its container starts: the Hub's c.Spawner.http_timeout, with the same default.",
      ),
    resources: z
      .strictObject({ requests: resourceList.default({}), limits: resourceList.default({}) })
      .prefault({
        requests: { cpu: '100m', memory: '256Mi', 'ephemeral-storage': '100Mi' },
        limits: { memory: '4Gi', 'ephemeral-storage': '10Gi' },
      })
      .describe(
        'Resources of a launched server, and of each command of spec.verify. They replace the default as a whole.',
      ),
    nodeSelector: nodeSelector.describe('Labels of the nodes that run launched images.'),
    tolerations: tolerations.describe('Taints that launched images tolerate.'),
    affinity: affinity.describe("Affinity of launched images, as in a Pod's spec. null: none."),
    labels: podLabels.describe('Further labels of launched images.'),
    annotations: podAnnotations.describe('Further annotations of launched images. They replace the default.'),
    priorityClassName: objectName
      .nullable()
      .default(null)
      .describe('Priority class of launched images. null: that of builds.'),
    runtimeClassName: objectName
      .nullable()
      .default(null)
      .describe(
        "RuntimeClass of launched images: the one that the Hub's servers have, as it may decide whether an image starts. null: the cluster's default.",
      ),
    hostUsers: z
      .boolean()
      .default(true)
      .describe('false: launched images get a user namespace, as with build.hostUsers.'),
    concurrency: z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe('Limit of concurrent launches, for verdicts and spec.verify.'),
    concurrencyPerNamespace: z
      .int()
      .min(1)
      .max(1000)
      .default(3)
      .describe('Limit of concurrent launches in one namespace.'),
  })
  .prefault({});

/** A machine that users can choose together with an image. */
const machineProfileSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and "-"'),
  displayName: z.string().min(1).max(128),
  description: z.string().max(512).default(''),
  kubespawnerOverride: z
    .record(z.string().min(1).max(128), z.json())
    .refine((settings) => !('image' in settings), 'must not set image: the ImageSpec sets it')
    .default({}),
});

/** Where the operator publishes images: one ConfigMap, read by one Hub. */
const destinationSchema = z
  .strictObject({
    namespace: objectName,
    configMap: objectName.default('imagespec-profiles'),
    namespaces: z.array(objectName).max(256).default([]),
    selector: z.record(z.string().min(1).max(316), z.string().max(63)).default({}),
    pullSecret: objectName.nullable().default(null),
    groups: z
      .array(
        z
          .string()
          .max(253)
          .regex(/^([A-Za-z0-9._@-]|\{namespace\}|\{name\})+$/),
      )
      .max(64)
      .default(['{namespace}']),
  })
  .refine(
    (destination) => !letsAuthorsChoose(destination),
    'must list namespaces, or have {namespace} in each of groups: labels and names are the choice of whoever writes an ImageSpec, who would put it into the list of any of these groups',
  );

/**
 * Whether the author of an ImageSpec chooses who sees it: by a label that the selector asks for, or by a name that is a
 * group's. Without groups everybody sees all, and without a selector every ImageSpec is there.
 */
function letsAuthorsChoose(destination: {
  readonly namespaces: readonly string[];
  readonly selector: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
}): boolean {
  const { namespaces, selector, groups } = destination;
  const unbound = groups.filter((group) => !group.includes('{namespace}'));
  return (
    namespaces.length === 0 &&
    (Object.keys(selector).length > 0 ? unbound.length > 0 : unbound.some((group) => group.includes('{name}')))
  );
}

/** The site's JupyterHub. */
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
        'Machine profiles that spec.jupyterHub.profiles may name: name, displayName, description, and kubespawnerOverride of KubeSpawner.',
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
        "ConfigMaps in which the operator publishes images to a Hub: namespace and configMap. namespaces (empty: all) and selector (labels) choose the ImageSpecs. pullSecret is a Secret of the Hub's namespace. groups are the groups of users who see an image (empty: all users); {namespace} is replaced. With a selector and without namespaces, each group must have {namespace}, because users write the labels of their ImageSpecs.",
      ),
  })
  .prefault({});
