import { z } from 'zod';
import { baseUpdatesSchema } from './baseUpdatesSchema.ts';
import { buildSchema } from './buildSchema.ts';
import { contradictions } from './contradictions.ts';
import { jupyterHubSchema } from './jupyterHubSchema.ts';
import { policySchema } from './policySchema.ts';
import { repositoryTemplate } from './repositoryText.ts';
import { requestLimits } from './requestLimits.ts';
import { aptAddress, cranAddress, hostName, hostPattern, mirrorPlace, objectName, webAddress } from './values.ts';

const maximumCaBundle = 65_536;

/**
 * The operator's configuration: the one file that an administrator writes. Each setting carries its description, from
 * which the docs are generated, and its default, which exists only here.
 */
export const configSchema = z
  .strictObject({
    output: z
      .strictObject({
        repositoryTemplate: repositoryTemplate
          .nullable()
          .default(null)
          .describe(
            'Repository for ImageSpecs that name none; {namespace} and {name} are replaced. Without policy.repositories it is the only permitted one. null: each ImageSpec must name one.',
          ),
        pushSecret: objectName
          .nullable()
          .default(null)
          .describe(
            "Push Secret for ImageSpecs that name none; looked up in the ImageSpec's namespace. null: anonymous.",
          ),
      })
      .prefault({}),
    images: z
      .strictObject({
        kaniko: z
          .string()
          .max(512)
          // The digest that https://tangled.org/cove.town/cove.town/blob/main/.tangled/workflows/pds.yml pulls this version by. A
          // release resolves it again.
          .default(
            'ghcr.io/osscontainertools/kaniko:v1.28.3@sha256:779f463aaa3219151ceff518249aa043a60bcb09a17fab58b915f63c678ecde6',
          )
          .describe(
            "The builder's image. The operator uses only arguments that osscontainertools' and chainguard's Kaniko both accept.",
          ),
        operator: z.string().max(512).describe("The operator's image; it runs beside the builder in each build Pod."),
      })
      .describe('Images that the operator starts.'),
    build: buildSchema,
    registries: z
      .strictObject({
        mirrors: z
          .array(z.strictObject({ host: hostName, mirror: mirrorPlace }))
          .max(64)
          .default([])
          .describe(
            'Registries that the operator and builds read through another one. A mirror with a path, such as harbor.example.com/dockerhub, has the images under that path: a proxy project of Harbor, a remote repository of Artifactory, a pull-through cache of ECR. Requests to a mirror carry no credential. docker.io means Docker Hub.',
          ),
        requests: requestLimits,
        allowed: z
          .array(hostPattern)
          .max(256)
          .default([])
          .describe(
            'Permitted registries for base images and pushes, such as quay.io or *.example.com; docker.io means Docker Hub. Those of output.repositoryTemplate and cache.repositoryTemplate are always permitted. Empty: all.',
          ),
        internal: z
          .array(hostName)
          .max(64)
          .default([])
          .describe(
            'Hosts that may have private or loopback addresses: registries, token services and storage. Hosts that another setting names (mirrors, insecure, pullSecrets, allowed, repositoryTemplate) may have them too.',
          ),
        privateAddresses: z
          .enum(['NamedHosts', 'AllHosts'])
          .default('NamedHosts')
          .describe(
            'Hosts that may have a private or loopback address. With AllHosts, the author of an ImageSpec can find out which hosts and ports inside the network respond. The operator never queries link-local addresses and cloud metadata.',
          ),
        insecure: z.array(hostName).max(64).default([]).describe('Registries that use plain HTTP.'),
        pullSecrets: z
          .array(z.strictObject({ host: hostName, secret: objectName }))
          .max(64)
          .refine((list) => new Set(list.map(({ host }) => host)).size === list.length, 'must name each host once')
          .default([])
          .describe(
            "Secrets for base images of a registry, besides spec.pullSecret, which comes first; looked up in the ImageSpec's namespace. docker.io means Docker Hub.",
          ),
      })
      .prefault({}),
    cache: z
      .strictObject({
        repositoryTemplate: repositoryTemplate
          .regex(
            /\{namespace\}/,
            'must contain {namespace}: otherwise a layer of one namespace runs as code in another',
          )
          .nullable()
          .default(null)
          .describe(
            'Repository of the layer cache that builds of a namespace share, such as registry.example.com/cache/{namespace}. null: no layer cache.',
          ),
        secret: objectName
          .nullable()
          .default(null)
          .describe(
            "Secret for the layer cache; looked up in the ImageSpec's namespace. It must open only that repository, because build steps can read it. null: anonymous. In mode Direct, the push Secret is used instead where both are on one registry.",
          ),
        ttlHours: z.int().min(1).max(8760).default(336).describe('Largest age of a cached layer, in hours.'),
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
            "Package index for ImageSpecs that name none, such as a mirror of PyPI. null: the base image's setting.",
          ),
      })
      .prefault({}),
    conda: z
      .strictObject({
        channelAlias: webAddress
          .nullable()
          .default(null)
          .describe("Server of channels given by name, such as a mirror. null: the base image's setting."),
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
            'Archives that packages.apt replaces by a mirror, such as {url: "http://archive.ubuntu.com/ubuntu", mirror: "https://mirror.example.com/ubuntu"}. The lists of the image stay unchanged.',
          ),
      })
      .prefault({}),
    cran: z
      .strictObject({
        mirror: cranAddress
          .nullable()
          .default(null)
          .describe(
            'CRAN repository that packages.cran reads, such as https://cran.example.com/{snapshot}. {snapshot} becomes packages.cranSnapshot, or "latest" without one. {codename} becomes the release of the base\'s system, such as bookworm. A Posit Package Manager has it in the addresses of its binaries. null: as the base image has it, without snapshots.',
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
        'PEM certificates that the operator, Kaniko, the push and every RUN step trust besides the public ones.',
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
          .meta({ uniqueItems: true })
          .default([])
          .describe('Namespaces that the operator serves; it then needs rights in these only. Empty: all.'),
      })
      .prefault({}),
    jupyterHub: jupyterHubSchema,
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severe logged level.'),
  })
  .superRefine((config, context) => {
    for (const { path, message } of contradictions(config)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });

/** The operator's configuration, complete: every setting has a value. */
export type Config = Readonly<z.output<typeof configSchema>>;
