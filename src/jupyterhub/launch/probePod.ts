import type { V1Container, V1EnvVar, V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import { parseOwnJson } from '../../api/ownJson.ts';
import { probeUser } from '../../api/probeAnswer.ts';
import { canonicalJson } from '../../imagespec/canonicalJson.ts';
import type { HubSettings } from '../../imagespec/effective.ts';
import { sha256 } from '../../imagespec/inputHash.ts';
import { restricted, sandboxFields, smallResources } from '../../kaniko/ownPod.ts';
import { amounts, asHubUser, type CheckInput, checkPod, checkPodName } from '../checkPod.ts';

const identitySchema = z.object({
  role: z.literal('probe'),
  /** `repository@sha256:…` */
  image: z.string().regex(/^\S{1,512}@sha256:[0-9a-f]{64}$/),
  /** `probeSettingsHash`. */
  settings: z.string().regex(/^[0-9a-f]{64}$/),
  /** Increases with every inconclusive launch; the first is 1. */
  attempt: z.int().min(1),
  /**
   * - kept: the Hub's command as the container's args, so that the image's entrypoint runs it, as with KubeSpawner
   * - overridden: without the entrypoint, to find out whether it is at fault
   */
  command: z.enum(['kept', 'overridden']),
  // The following fields are newer: a Pod of an older operator lacks them, and still parses.
  /** second: a busy node may have spoilt the first. */
  trial: z.enum(['first', 'second']).default('first'),
  /** Mark of the request that it answers (`requestMark`); null without a request. */
  request: z.string().max(8).nullable().default(null),
});

/**
 * Identifies the launch of an image. An annotation of the Pod stores it, so that a crash after the create loses
 * nothing.
 */
export type ProbeIdentity = Readonly<z.output<typeof identitySchema>>;

/** Parses the annotation of a Pod; undefined for anything but a launch of the operator. */
export function parseProbeIdentity(annotation: string): ProbeIdentity | undefined {
  return parseOwnJson(identitySchema, annotation);
}

/** The same launch always gets the same name. */
export function probePodName(uid: string, { role, image, settings, attempt, command, request }: ProbeIdentity): string {
  return checkPodName(uid, [role, image, settings, attempt, command, ...(request === null ? [] : [request])]);
}

/**
 * SHA-256, in hex, of everything that a launch depends on besides its image. It excludes the Hub's version: that is
 * compared with the result of the launch, so a Hub upgrade does not launch every image again.
 */
export function probeSettingsHash(hub: HubSettings): string {
  return sha256(
    canonicalJson({
      v: 1,
      args: hub.args,
      uid: hub.uid,
      fsGroup: hub.fsGroup,
      homePath: hub.homePath,
      port: hub.port,
      env: hub.env.map(({ name, value }) => [name, value]),
      timeoutSeconds: hub.timeoutSeconds,
      resources: { requests: { ...hub.resources.requests }, limits: { ...hub.resources.limits } },
      nodeSelector: { ...hub.nodeSelector },
      tolerations: hub.tolerations.map((item) => ({ ...item })),
      ...(hub.affinity === null ? {} : { affinity: JSON.stringify(hub.affinity) }),
      ...sandboxFields(hub.sandbox),
    }),
  );
}

/** Everything that determines the Pod of a launch. */
export interface ProbeInput extends CheckInput {
  readonly identity: ProbeIdentity;
}

/** Containers of the launch Pod; logs and states are read by these names. */
export const probeContainers = { server: 'server', hub: 'hub' } as const;

/** The agent ends at most this long after the server's time is over (`agent/launch/probe.ts`, its patience). */
const settleSeconds = 30;

/**
 * The Pod that launches an image as KubeSpawner would. Beside it the operator's image is the Hub's API on the Pod's
 * loopback. The kubelet pulls and starts containers in this order. The second container's time begins at its start, so it
 * excludes the pull of the first image.
 */
export function probePod(input: ProbeInput): V1Pod {
  const { owner, identity, hub } = input;
  return checkPod(input, {
    name: probePodName(owner.uid, identity),
    role: 'probe',
    identity,
    seconds: hub.timeoutSeconds + settleSeconds,
    containers: [serverContainer(input), hubContainer(input)],
  });
}

function serverContainer({ identity, hub }: ProbeInput): V1Container {
  return {
    name: probeContainers.server,
    image: identity.image,
    ...(identity.command === 'kept' ? { args: [...hub.args] } : { command: [...hub.args] }),
    env: serverVariables(hub, identity),
    resources: amounts(hub.resources),
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...asHubUser(hub),
  };
}

/** No program of an image is known to listen there. A Hub's usual port, 8081, is taken by pages of Spark and Flink. */
const firstHubPort = 28_081;

/**
 * Port of the mock Hub: never the server's port, and another one for each attempt. A program of the image may take the
 * port first. A Hub on another host would not notice that, so it shows nothing about the image.
 */
function hubPort({ port }: HubSettings, { attempt }: ProbeIdentity): number {
  const wanted = firstHubPort + attempt - 1;
  return port >= firstHubPort && port <= wanted ? wanted + 1 : wanted;
}

const prefix = `/user/${probeUser}/`;
const accessScopes = `["access:servers!server=${probeUser}/", "access:servers!user=${probeUser}"]`;

/**
 * The variables that JupyterHub and KubeSpawner set for a server (jupyterhub/spawner.py and kubespawner/spawner.py,
 * `get_env`). The administrator's variables take precedence there, and so here. The token opens nothing: the mock Hub
 * uses another one.
 */
function serverVariables(hub: HubSettings, identity: ProbeIdentity): V1EnvVar[] {
  const { image } = identity;
  const api = `http://127.0.0.1:${hubPort(hub, identity)}/hub/api`;
  const variables = new Map([
    ['JUPYTERHUB_API_TOKEN', probeUser],
    ['JPY_API_TOKEN', probeUser],
    ['JUPYTERHUB_CLIENT_ID', `jupyterhub-user-${probeUser}`],
    ['JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED', '0'],
    ['JUPYTERHUB_HOST', ''],
    ['JUPYTERHUB_OAUTH_CALLBACK_URL', `${prefix}oauth_callback`],
    ['JUPYTERHUB_OAUTH_SCOPES', accessScopes],
    ['JUPYTERHUB_OAUTH_ACCESS_SCOPES', accessScopes],
    ['JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES', '[]'],
    ['JUPYTERHUB_USER', probeUser],
    ['JUPYTERHUB_SERVER_NAME', ''],
    ['JUPYTERHUB_API_URL', api],
    ['JUPYTERHUB_ACTIVITY_URL', `${api}/users/${probeUser}/activity`],
    ['JUPYTERHUB_BASE_URL', '/'],
    ['JUPYTERHUB_SERVICE_PREFIX', prefix],
    ['JUPYTERHUB_SERVICE_URL', `http://0.0.0.0:${hub.port}${prefix}`],
    ['JUPYTERHUB_PUBLIC_URL', ''],
    ['JUPYTERHUB_PUBLIC_HUB_URL', ''],
    ['JUPYTER_IMAGE_SPEC', image],
    ['JUPYTER_IMAGE', image],
    ...hub.env.map(({ name, value }) => [name, value] as const),
  ]);
  return [...variables].map(([name, value]) => ({ name, value }));
}

function hubContainer({ hub, identity, platform }: ProbeInput): V1Container {
  return {
    name: probeContainers.hub,
    image: platform.images.operator,
    args: [
      'probe',
      '--address',
      '$(POD_IP)',
      '--port',
      String(hub.port),
      '--hub-port',
      String(hubPort(hub, identity)),
      '--timeout-seconds',
      String(hub.timeoutSeconds),
      // The server only logs the version, so a new version is no reason to launch again.
      ...(hub.hubVersion === null ? [] : ['--hub-version', hub.hubVersion]),
    ],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    resources: smallResources,
    securityContext: restricted,
  };
}
