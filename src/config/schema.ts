import { z } from 'zod';

const maximumCaBundle = 65_536;

const quantity = z
  .string()
  .regex(/^\d{1,15}(\.\d{1,3})?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, 'must be a Kubernetes quantity, such as 500m or 2Gi');

const resourceList = z.strictObject({
  cpu: quantity.optional(),
  memory: quantity.optional(),
  'ephemeral-storage': quantity.optional(),
});

const hostName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'must be HOST or HOST:PORT, in lower case and without a scheme');

const secretName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be the name of a Secret');

/**
 * The operator's configuration, the one file that an administrator writes. Each setting is described where it
 * stands; docs are generated from here. An absent setting has the default given here, never elsewhere.
 */
export const configSchema = z.strictObject({
  output: z
    .strictObject({
      repositoryTemplate: z
        .string()
        .max(255)
        .regex(/^[a-z0-9.:/_{}-]+$/, 'must be a repository without tag, with {namespace} and {name} where wanted')
        .nullable()
        .default(null)
        .describe(
          'Repository of an ImageSpec that names none; {namespace} and {name} are put in. null: each must name its own.',
        ),
      pushSecret: secretName
        .nullable()
        .default(null)
        .describe(
          "Secret for pushing where an ImageSpec names none; looked up in the ImageSpec's namespace. null: anonymous.",
        ),
    })
    .prefault({}),
  images: z
    .strictObject({
      kaniko: z
        .string()
        .max(512)
        .default('ghcr.io/osscontainertools/kaniko:v1.28.3')
        .describe(
          "The builder's image. Arguments stay inside what osscontainertools' and chainguard's Kaniko both accept.",
        ),
      operator: z.string().max(512).describe("The operator's own image; it runs beside the builder in each build Pod."),
    })
    .describe('Images that the operator itself starts.'),
  build: z
    .strictObject({
      timeoutSeconds: z.int().min(60).max(86_400).default(3600).describe('Default of spec.build.timeoutSeconds.'),
      retries: z.int().min(0).max(10).default(3).describe('Default of spec.build.retries.'),
      platform: z
        .enum(['linux/amd64', 'linux/arm64'])
        .default('linux/amd64')
        .describe('Default of spec.build.platform.'),
      concurrency: z.int().min(1).max(1000).default(10).describe('Builds at once, in all namespaces.'),
      concurrencyPerNamespace: z.int().min(1).max(1000).default(5).describe('Builds at once in one namespace.'),
      resources: z
        .strictObject({ requests: resourceList.default({}), limits: resourceList.default({}) })
        .prefault({})
        .describe('Default of spec.build.resources.'),
      imagePullSecrets: z
        .array(secretName)
        .max(8)
        .default([])
        .describe(
          "Secrets with which the kubelet pulls the operator's images; looked up in the ImageSpec's namespace.",
        ),
    })
    .prefault({}),
  registries: z
    .strictObject({
      mirrors: z
        .array(z.strictObject({ host: hostName, mirror: hostName }))
        .max(64)
        .default([])
        .describe('Registries that are read through another one; the paths stay. docker.io means Docker Hub.'),
      insecure: z.array(hostName).max(64).default([]).describe('Registries that speak plain HTTP.'),
    })
    .prefault({}),
  caBundle: z
    .string()
    .max(maximumCaBundle)
    .default('')
    .describe(
      'PEM certificates trusted besides the public ones: by the operator, Kaniko, the push and every RUN step.',
    ),
  proxy: z
    .strictObject({
      http: z.url().nullable().default(null).describe('HTTP_PROXY of builds.'),
      https: z.url().nullable().default(null).describe('HTTPS_PROXY of builds.'),
      noProxy: z.string().max(4096).nullable().default(null).describe('NO_PROXY of builds.'),
    })
    .prefault({}),
  jupyterHub: z
    .strictObject({
      hubVersion: z
        .string()
        .regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 5.3.0')
        .nullable()
        .default(null)
        .describe("Version of the site's JupyterHub. null: unknown."),
    })
    .prefault({}),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severe level that is logged.'),
});

/** The operator's configuration, complete: no setting is absent. */
export type Config = Readonly<z.output<typeof configSchema>>;
