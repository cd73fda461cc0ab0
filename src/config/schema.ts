import { z } from 'zod';
import { baseUpdatesSchema } from './baseUpdatesSchema.ts';
import { jupyterHubSchema } from './jupyterHubSchema.ts';
import { policySchema } from './policySchema.ts';
import { requestLimits } from './requestLimits.ts';
import { aptAddress, hostName, hostPattern, objectName, resourceList, templateText, webAddress } from './values.ts';

const maximumCaBundle = 65_536;

/**
 * The operator's configuration, the one file that an administrator writes. Each setting is described where it
 * stands; docs are generated from here. An absent setting has the default given here, never elsewhere.
 */
export const configSchema = z
  .strictObject({
    output: z
      .strictObject({
        repositoryTemplate: templateText
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
        operator: z
          .string()
          .max(512)
          .describe("The operator's own image; it runs beside the builder in each build Pod."),
      })
      .describe('Images that the operator itself starts.'),
    build: z
      .strictObject({
        pushMode: z
          .enum(['Isolated', 'Direct'])
          .default('Isolated')
          .describe(
            'Isolated: a container beside the builder pushes, so that no step of a build can read the credential or forge the digest. Direct: the builder pushes, which needs less disk; the credential is within reach of every RUN step.',
          ),
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
        imagePullGraceSeconds: z
          .int()
          .min(10)
          .max(86_400)
          .default(300)
          .describe("Seconds for which the builder's image may be unpullable before a build is given up."),
        imageCheckSeconds: z
          .int()
          .min(60)
          .max(31_536_000)
          .default(86_400)
          .describe(
            'Seconds between two looks whether a published image is still in its registry; a missing one is rebuilt.',
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
        requests: requestLimits,
        allowed: z
          .array(hostPattern)
          .max(256)
          .default([])
          .describe(
            'Registries that are asked for base images and pushed to, such as quay.io or *.example.com; docker.io means Docker Hub. Those of output.repositoryTemplate and cache.repositoryTemplate always are. Empty: all.',
          ),
        internal: z
          .array(hostName)
          .max(64)
          .default([])
          .describe(
            'Registries that the operator may find at private or loopback addresses, besides those that another setting names (mirrors, insecure, pullSecrets, allowed, repositoryTemplate), and hosts that they send it to: token services and storage.',
          ),
        privateAddresses: z
          .enum(['NamedHosts', 'AllHosts'])
          .default('NamedHosts')
          .describe(
            'Who may be at a private or loopback address. AllHosts lets whoever writes an ImageSpec see which hosts and ports inside the network answer. Link-local addresses and metadata of clouds are never asked.',
          ),
        insecure: z.array(hostName).max(64).default([]).describe('Registries that speak plain HTTP.'),
        pullSecrets: z
          .array(z.strictObject({ host: hostName, secret: objectName }))
          .max(64)
          .refine((list) => new Set(list.map(({ host }) => host)).size === list.length, 'must name each host once')
          .default([])
          .describe(
            "Secrets for base images of a registry, besides spec.pullSecret, which is asked first; looked up in the ImageSpec's namespace. docker.io means Docker Hub.",
          ),
      })
      .prefault({}),
    cache: z
      .strictObject({
        repositoryTemplate: templateText
          .refine(
            (text) => text.includes('{namespace}'),
            'must hold {namespace}: a layer of one namespace is code in another',
          )
          .nullable()
          .default(null)
          .describe(
            'Repository of the layers that builds of a namespace share, such as registry.example.com/cache/{namespace}. null: no layer cache.',
          ),
        secret: objectName
          .nullable()
          .default(null)
          .describe(
            "Secret for reading and writing that repository and nothing else, as steps of builds can read it; looked up in the ImageSpec's namespace. null: anonymous. In mode Direct the Secret for pushing is used instead where both are on one registry.",
          ),
        ttlHours: z.int().min(1).max(8760).default(336).describe('Age up to which a cached layer is used, in hours.'),
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
    pip: z
      .strictObject({
        indexUrl: webAddress
          .nullable()
          .default(null)
          .describe(
            'Package index where an ImageSpec names none, such as a mirror of PyPI. null: as the base image has it.',
          ),
      })
      .prefault({}),
    conda: z
      .strictObject({
        channelAlias: webAddress
          .nullable()
          .default(null)
          .describe(
            'Where channels that are given by name are found, such as a mirror. null: as the base image has it.',
          ),
      })
      .prefault({}),
    apt: z
      .strictObject({
        proxy: webAddress.nullable().default(null).describe('Proxy or cache of apt in builds. null: none.'),
        mirrors: z
          .array(z.strictObject({ url: aptAddress, mirror: aptAddress }))
          .max(16)
          .default([])
          .describe(
            'Archives that packages.apt reads from elsewhere, such as {url: "http://archive.ubuntu.com/ubuntu", mirror: "https://mirror.example.com/ubuntu"}. The lists of the image stay as they are.',
          ),
      })
      .prefault({}),
    baseUpdates: baseUpdatesSchema,
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
    watch: z
      .strictObject({
        namespaces: z
          .array(objectName)
          .max(256)
          .refine((list) => new Set(list).size === list.length, 'must name each namespace once')
          .default([])
          .describe(
            'Namespaces whose ImageSpecs are served; the operator then needs rights in these only. Empty: all.',
          ),
      })
      .prefault({}),
    jupyterHub: jupyterHubSchema,
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severe level that is logged.'),
  })
  .superRefine(({ output, cache, registries }, context) => {
    // What RUN steps can read must open nothing that an image is published to.
    const readable = [
      { path: ['cache', 'secret'], secret: cache.secret },
      ...registries.pullSecrets.map(({ secret }, index) => ({
        path: ['registries', 'pullSecrets', index, 'secret'],
        secret,
      })),
    ];
    for (const { path, secret } of readable) {
      if (secret !== null && secret === output.pushSecret) {
        context.addIssue({
          code: 'custom',
          path,
          message: 'must not be the Secret of output.pushSecret: steps of builds can read it',
        });
      }
    }
  });

/** The operator's configuration, complete: no setting is absent. */
export type Config = Readonly<z.output<typeof configSchema>>;
