import { z } from 'zod';
import { affinity, nodeSelector, podAnnotations, podLabels, tolerations } from './placementSchema.ts';
import { objectName, resourceList } from './values.ts';

/** How images are built, and the limits of what an ImageSpec may ask of a build. */
export const buildSchema = z
  .strictObject({
    pushMode: z
      .enum(['Isolated', 'Direct'])
      .default('Isolated')
      .describe(
        'Isolated: a container beside the builder pushes. No step of a build can read the credential or forge the digest. Direct: the builder pushes, which needs less disk, but every RUN step can read the credential.',
      ),
    base: z
      .enum(['Auto', 'Mounted', 'Unpacked'])
      .default('Unpacked')
      .describe(
        "How the base image gets under a build. Unpacked: the builder fetches and unpacks it for each build. Mounted: the node pulls it, and the build's container runs on it; specs that install nothing need no builder. Auto: Mounted, and Unpacked for a registry from which a node cannot pull. Some specs are always Unpacked; status.build.baseReason says why.",
      ),
    timeoutSeconds: z
      .int()
      .min(60)
      .max(86_400)
      .default(3600)
      .describe('Default of spec.build.timeoutSeconds, up to its ceiling.'),
    retries: z.int().min(0).max(10).default(3).describe('Default of spec.build.retries.'),
    platform: z.enum(['linux/amd64', 'linux/arm64']).default('linux/amd64').describe('Default of spec.build.platform.'),
    concurrency: z.int().min(1).max(10_000).default(10).describe('Limit of concurrent builds, in all namespaces.'),
    concurrencyPerNamespace: z
      .int()
      .min(1)
      .max(10_000)
      .default(5)
      .describe('Limit of concurrent builds in one namespace.'),
    resources: z
      .strictObject({ requests: resourceList.default({}), limits: resourceList.default({}) })
      .prefault({
        requests: { cpu: '100m', memory: '512Mi', 'ephemeral-storage': '1Gi' },
        limits: { memory: '8Gi', 'ephemeral-storage': '50Gi' },
      })
      .describe('Amounts for builds whose spec.build.resources does not ask for that resource.'),
    ceilings: z
      .strictObject({
        timeoutSeconds: z
          .int()
          .min(60)
          .max(86_400)
          .default(86_400)
          .describe('Largest permitted spec.build.timeoutSeconds.'),
        verifySeconds: z
          .int()
          .min(1)
          .max(36_000)
          .default(3600)
          .describe('Largest permitted sum of timeoutSeconds in spec.verify; a command without one counts 60 seconds.'),
        resources: resourceList
          .default({})
          .describe(
            'Largest permitted request or limit of spec.build.resources. It is also the limit of builds that nothing else limits. An absent resource is unlimited.',
          ),
      })
      .prefault({}),
    nodeSelector: nodeSelector.describe(
      'Labels of the nodes that run builds. spec.build.nodeSelector adds to them; it has another value of the same label only where policy.nodeSelectors permits that.',
    ),
    tolerations: tolerations.describe('Taints that builds tolerate, besides those of spec.build.tolerations.'),
    affinity: affinity.describe("Affinity of build Pods, as in a Pod's spec. null: none."),
    labels: podLabels.describe('Further labels of build Pods, such as those of a cost report.'),
    annotations: podAnnotations.describe(
      'Further annotations of build Pods. They replace the default, which keeps Cluster Autoscaler and Karpenter from ending a build to save a node.',
    ),
    priorityClassName: objectName
      .nullable()
      .default(null)
      .describe('Priority class of build Pods. null: the default one.'),
    runtimeClassName: objectName
      .nullable()
      .default(null)
      .describe(
        "RuntimeClass of build Pods, such as one of Kata Containers; it must exist. null: the cluster's default. Launches have jupyterHub.probe.runtimeClassName.",
      ),
    hostUsers: z
      .boolean()
      .default(true)
      .describe(
        'false: build Pods get a user namespace, so that root in a build is no user of the node. Nodes need Linux 6.3, and containerd 2 or CRI-O. Launches have jupyterHub.probe.hostUsers.',
      ),
    imagePullSecrets: z
      .array(objectName)
      .max(8)
      .default([])
      .describe("Secrets with which the kubelet pulls the operator's images; looked up in the ImageSpec's namespace."),
    imagePullGraceSeconds: z
      .int()
      .min(10)
      .max(86_400)
      .default(300)
      .describe("Seconds before a build fails because the node cannot pull the builder's image."),
    imageCheckSeconds: z
      .int()
      .min(60)
      .max(31_536_000)
      .default(86_400)
      .describe(
        'Seconds between two checks that a published image is still in its registry; the operator rebuilds a missing one.',
      ),
  })
  .prefault({});
