import { z } from 'zod';
import { policySchema } from './policySchema.ts';
import { hostName, objectName, resourceList, webAddress } from './values.ts';

const maximumCaBundle = 65_536;

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
      pushSecret: objectName
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
      ceilings: z
        .strictObject({
          timeoutSeconds: z
            .int()
            .min(60)
            .max(86_400)
            .default(86_400)
            .describe('Most that spec.build.timeoutSeconds may be.'),
          resources: resourceList
            .default({})
            .describe(
              'Most that spec.build.resources may ask for, as request or limit; what is absent is not limited.',
            ),
        })
        .prefault({}),
      priorityClassName: objectName
        .nullable()
        .default(null)
        .describe('Priority class of build Pods. null: the default one.'),
      imagePullSecrets: z
        .array(objectName)
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
  pipIndexes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'must be lower-case letters, digits and "-"'),
        url: webAddress,
      }),
    )
    .max(64)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, 'must name each index once')
    .default([])
    .describe('Python package indexes that packages.pipIndexes may name.'),
  conda: z
    .strictObject({
      channelAlias: webAddress
        .nullable()
        .default(null)
        .describe('Where channels that are given by name are found, such as a mirror. null: as the base image has it.'),
    })
    .prefault({}),
  apt: z
    .strictObject({
      proxy: webAddress.nullable().default(null).describe('Proxy or cache of apt in builds. null: none.'),
    })
    .prefault({}),
  policy: policySchema,
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
