import type { V1Container, V1EnvVar, V1Pod } from '@kubernetes/client-node';
import { z } from 'zod';
import { parseOwnJson } from '../api/ownJson.ts';
import { probeUser } from '../api/probeAnswer.ts';
import { canonicalJson } from '../imagespec/canonicalJson.ts';
import type { HubSettings } from '../imagespec/effective.ts';
import { sha256 } from '../imagespec/inputHash.ts';
import { restricted, smallResources } from '../kaniko/ownPod.ts';
import { amounts, asHubUser, type CheckInput, checkPod, checkPodName } from './checkPod.ts';

const identitySchema = z.object({
  role: z.literal('probe'),
  /** `repository@sha256:…` */
  image: z.string().regex(/^\S{1,512}@sha256:[0-9a-f]{64}$/),
  /** `probeSettingsHash`. */
  settings: z.string().regex(/^[0-9a-f]{64}$/),
  /** Rises with every launch that told nothing; the first is 1. */
  attempt: z.int().min(1),
  /**
   * - kept: the Hub's command as the container's args, so that the image's entrypoint runs it, as KubeSpawner has it
   * - overridden: without the entrypoint, to tell whether that is at fault
   */
  command: z.enum(['kept', 'overridden']),
});

/** Which launch of which image a Pod is: written into an annotation, so that a crash after the create loses nothing. */
export type ProbeIdentity = Readonly<z.output<typeof identitySchema>>;

/** Reads the annotation of a Pod; undefined for anything that is no launch of ours. */
export function parseProbeIdentity(annotation: string): ProbeIdentity | undefined {
  return parseOwnJson(identitySchema, annotation);
}

/** The same launch has the same name. */
export function probePodName(uid: string, { role, image, settings, attempt, command }: ProbeIdentity): string {
  return checkPodName(uid, [role, image, settings, attempt, command]);
}

/**
 * SHA-256, in hex, of all that a launch depends on beside its image. The Hub's version is not in it: it is compared with
 * what the launch told, and a Hub's upgrade must not launch every image again.
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
    }),
  );
}

/** Everything that determines the Pod of a launch. */
export interface ProbeInput extends CheckInput {
  readonly identity: ProbeIdentity;
}

/** Containers of the Pod of a launch; logs and states are read by these names. */
export const probeContainers = { server: 'server', hub: 'hub' } as const;

/** The agent is done this long after the server's time is over (`agent/probe.ts`, its patience). */
const settleSeconds = 30;

/**
 * The Pod that launches an image as KubeSpawner would, beside our own image as the Hub's API on the Pod's loopback.
 * The kubelet pulls and starts containers in the order in which they stand here: so the
 * second, whose time runs from its start, does not count the pull of the first.
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

/** The usual port of a Hub's API. */
const firstHubPort = 8081;

/**
 * Where the Hub's API is played: not at the server's own port, and each attempt at another one. An image may start a
 * program that takes the port first, which a Hub on another host would not notice: it says nothing of the image.
 */
function hubPort({ port }: HubSettings, { attempt }: ProbeIdentity): number {
  const wanted = firstHubPort + attempt - 1;
  return port >= firstHubPort && port <= wanted ? wanted + 1 : wanted;
}

const prefix = `/user/${probeUser}/`;
const accessScopes = `["access:servers!server=${probeUser}/", "access:servers!user=${probeUser}"]`;

/**
 * What JupyterHub and KubeSpawner give a server (jupyterhub/spawner.py and kubespawner/spawner.py, `get_env`); as there,
 * what the administrator sets goes above it. The token opens nothing: our stand-in for the Hub knows another one.
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
      // It says so to the server, which only logs it: no reason to launch an image again.
      ...(hub.hubVersion === null ? [] : ['--hub-version', hub.hubVersion]),
    ],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    resources: smallResources,
    securityContext: restricted,
  };
}
