import { z } from 'zod';
import { configSchema } from '../../src/config/schema.ts';
import { imageRepository, readProject } from '../release/project.ts';
import { monitoringValues } from './monitoringValues.ts';

/** Parts of Kubernetes' own API: any value that Kubernetes accepts; the API server checks them. */
const kubernetesObject = z.looseObject({});
const kubernetesList = z.array(z.looseObject({}));
const stringMap = z.record(z.string(), z.string());

const { kaniko, operator } = configSchema.shape.images.shape;
const images = z
  .strictObject({
    kaniko,
    operator: operator.optional().describe(`${operator.description ?? ''} Absent: the image above.`),
  })
  .prefault({});

/**
 * The values of the Helm chart: `values.yaml`, `values.schema.json` and the chart's README.md are made from this.
 * `config` is the operator's own configuration, but for its image, which is the chart's.
 */
export const chartValues = z.strictObject({
  image: z
    .strictObject({
      repository: z
        .string()
        .min(1)
        .default(imageRepository(readProject()))
        .describe("Repository of the operator's image; a released chart has the one of its release."),
      tag: z.string().default('').describe("Tag of the image. Empty: the chart's appVersion."),
      digest: z
        .string()
        .regex(/^(sha256:[0-9a-f]{64})?$/)
        .default('')
        .describe('Digest of the image, such as sha256:…; wins over the tag.'),
      pullPolicy: z
        .enum(['', 'Always', 'IfNotPresent', 'Never'])
        .default('')
        .describe("When the kubelet pulls the image. Empty: Kubernetes' default."),
    })
    .prefault({}),
  imagePullSecrets: z
    .array(z.strictObject({ name: z.string().min(1) }))
    .default([])
    .describe(
      "Secrets with which the kubelet pulls the operator's image into its Deployment. Build Pods have config.build.imagePullSecrets.",
    ),
  replicas: z
    .int()
    .min(0)
    .default(1)
    .describe('One replica acts at a time (leader election); a second one only shortens the gap when a node is lost.'),
  podDisruptionBudget: z
    .strictObject({
      enabled: z
        .boolean()
        .default(true)
        .describe('Whether there is a PodDisruptionBudget when there is more than one replica.'),
      maxUnavailable: z
        .union([z.int().min(0), z.string()])
        .default(1)
        .describe('Replicas that may be unavailable together, as a number or a percentage.'),
    })
    .prefault({}),
  existingConfigMap: z
    .string()
    .default('')
    .describe(
      "Name of a ConfigMap of your own with the operator's configuration as config.yaml. Rights still follow config.watch and config.jupyterHub.publish of these values.",
    ),
  logFormat: z
    .enum(['json', 'pretty'])
    .default('json')
    .describe('Format of the log: a JSON object in each line, or lines for people.'),
  config: z
    .strictObject({ ...configSchema.shape, images })
    .prefault({})
    .describe(
      "The operator's configuration (docs/configuration.md). Other settings have the operator's default, shown below. The operator takes a change without a restart, a minute or two after the upgrade. With watch.namespaces the operator gets a Role in each of these namespaces instead of a ClusterRole; they must exist.",
    ),
  crds: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether the chart installs and upgrades the CRD.'),
      keep: z
        .boolean()
        .default(true)
        .describe('Whether the CRD, and with it every ImageSpec, outlives `helm uninstall`.'),
      annotations: stringMap
        .default({})
        .describe('Annotations of the CRD, such as argocd.argoproj.io/sync-options: ServerSideApply=true.'),
    })
    .prefault({}),
  rbac: z
    .strictObject({
      create: z.boolean().default(true).describe("Whether the chart creates the operator's roles and their bindings."),
    })
    .prefault({}),
  hubRoles: z
    .strictObject({
      create: z
        .boolean()
        .default(true)
        .describe(
          'Whether the Hub of each destination in config.jupyterHub.publish may read its ConfigMap (a Role there).',
        ),
      serviceAccountName: z
        .string()
        .min(1)
        .default('hub')
        .describe("Name of the Hub's service account in the namespace of the destination."),
    })
    .prefault({}),
  userRoles: z
    .strictObject({
      create: z
        .boolean()
        .default(true)
        .describe(
          "Whether people's roles view, edit and admin get rights to ImageSpecs by aggregation (ClusterRoles).",
        ),
    })
    .prefault({}),
  serviceAccount: z
    .strictObject({
      create: z.boolean().default(true).describe('Whether the chart creates the service account.'),
      name: z.string().default('').describe("Name of the service account. Empty: the release's."),
      annotations: stringMap
        .default({})
        .describe('Annotations of the service account, such as those of a cloud identity.'),
    })
    .prefault({}),
  ...monitoringValues,
  networkPolicy: z
    .strictObject({
      operator: z
        .strictObject({
          enabled: z
            .boolean()
            .default(true)
            .describe(
              "Whether a NetworkPolicy closes the operator's port to all but networkPolicy.operator.metricsFrom.",
            ),
          metricsFrom: kubernetesList
            .default([{ namespaceSelector: { matchLabels: { metrics: 'enabled' } } }])
            .describe(
              "Who may read the operator's metrics: peers of a NetworkPolicy. The kubelet's probes always may.",
            ),
        })
        .prefault({}),
      builds: z
        .strictObject({
          enabled: z
            .boolean()
            .default(true)
            .describe(
              'Whether the namespaces below get a NetworkPolicy for the Pods of builds, launches and spec.verify: no link-local addresses, no metadata services of clouds, nothing inwards (docs/security.md). Kubernetes adds policies up: where a namespace is closed already, this one opens it for these Pods.',
            ),
          namespaces: z
            .array(z.string().min(1))
            .default([])
            .describe(
              'Namespaces that get it, besides those of config.watch.namespaces. A namespace must exist; one that comes later needs an upgrade of the release, or kubectl apply -n NAMESPACE -k deploy/network-policy.',
            ),
          privateAddresses: z
            .enum(['Open', 'Closed'])
            .default('Open')
            .describe(
              'Closed: these Pods reach no private address. A registry, mirror or package index inside then needs networkPolicy.builds.extraEgress.',
            ),
          extraEgress: kubernetesList.default([]).describe('Further egress rules of that NetworkPolicy.'),
        })
        .prefault({}),
    })
    .prefault({}),
  resources: kubernetesObject
    .default({ requests: { cpu: '50m', memory: '160Mi' }, limits: { memory: '512Mi' } })
    .describe('Resources of the operator; builds have config.build.resources.'),
  extraEnv: kubernetesList
    .default([])
    .describe("Further environment variables of the operator, as in a container's env; builds have config.proxy."),
  extraVolumes: kubernetesList.default([]).describe("Further volumes of the operator's Pods."),
  extraVolumeMounts: kubernetesList
    .default([])
    .describe('Further mounts of the operator, such as those of extraVolumes.'),
  podSecurityContext: kubernetesObject
    .default({
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    .describe("Security context of the operator's Pods."),
  securityContext: kubernetesObject
    .default({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
    .describe("Security context of the operator's container."),
  adaptSecurityContext: z
    .enum(['Auto', 'Force', 'Disabled'])
    .default('Auto')
    .describe(
      'Whether the users and groups of both security contexts are left out, as the SCC restricted-v2 of OpenShift chooses them. Auto: on OpenShift.',
    ),
  livenessProbe: kubernetesObject
    .default({ httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 })
    .describe('Liveness probe of the operator.'),
  readinessProbe: kubernetesObject
    .default({ httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5, timeoutSeconds: 5 })
    .describe('Readiness probe of the operator.'),
  strategy: kubernetesObject.default({}).describe("How the Deployment replaces its Pods. Empty: Kubernetes' default."),
  revisionHistoryLimit: z.int().min(0).default(10).describe('Old versions of the Deployment that Kubernetes keeps.'),
  deploymentAnnotations: stringMap.default({}).describe('Annotations of the Deployment.'),
  commonLabels: stringMap.default({}).describe('Further labels of all objects of the chart.'),
  dnsPolicy: z.string().default('').describe("DNS policy of the operator's Pods. Empty: Kubernetes' default."),
  dnsConfig: kubernetesObject.default({}).describe("DNS configuration of the operator's Pods."),
  extraObjects: kubernetesList
    .default([])
    .describe('Further objects of the release; templates in them see the values of the chart.'),
  podLabels: stringMap.default({}).describe("Further labels of the operator's Pods."),
  podAnnotations: stringMap.default({}).describe("Further annotations of the operator's Pods."),
  nodeSelector: stringMap
    .default({})
    .describe('Nodes on which the operator runs; builds have spec.build.nodeSelector.'),
  tolerations: kubernetesList.default([]).describe('Taints that the operator tolerates.'),
  affinity: kubernetesObject.default({}).describe("Affinity of the operator's Pods."),
  topologySpreadConstraints: kubernetesList.default([]).describe("How the operator's Pods spread over the cluster."),
  priorityClassName: z
    .string()
    .default('')
    .describe("Priority class of the operator's Pods; builds have config.build.priorityClassName."),
  nameOverride: z.string().default('').describe("Name instead of the chart's, in labels and names."),
  fullnameOverride: z.string().default('').describe('Name of all objects. Empty: made from the name of the release.'),
  // Helm and charts that depend on this one put these here; they mean nothing to it, so values.yaml has them not.
  global: kubernetesObject.optional(),
  enabled: z.boolean().optional(),
});
