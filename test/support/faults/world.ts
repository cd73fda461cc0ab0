import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Connection, connect } from '../../../src/kubernetes/client/connection.ts';
import { systemClock } from '../../../src/kubernetes/clock.ts';
import { Cache } from '../../../src/kubernetes/watch/cache.ts';
import { Reflector } from '../../../src/kubernetes/watch/reflector.ts';
import type { Upstream } from './door.ts';

const objectSchema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    generation: z.number().default(0),
    resourceVersion: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    ownerReferences: z.array(z.object({ uid: z.string() })).default([]),
  }),
  spec: z.looseObject({}).default({}),
  status: z.looseObject({ conditions: z.array(z.looseObject({ type: z.string() })).default([]) }).prefault({}),
});

/** An object of the API server, as far as tests read it. */
export type Seen = z.output<typeof objectSchema>;

/** The true state of the cluster: what the test itself sees, past all faults. */
export interface World {
  readonly admin: Connection;
  readonly upstream: Upstream;
  readonly imageSpecs: Cache<Seen>;
  readonly jobs: Cache<Seen>;
  readonly pods: Cache<Seen>;
  readonly close: () => Promise<void>;
}

const kubeconfigSchema = z.object({
  clusters: z.tuple([
    z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string() }) }),
  ]),
  users: z.tuple([
    z.object({ user: z.object({ 'client-certificate-data': z.string(), 'client-key-data': z.string() }) }),
  ]),
});

/** @param kubeconfig path of the kubeconfig of the user with all rights */
export async function openWorld(kubeconfig: string): Promise<World> {
  const { clusters, users } = kubeconfigSchema.parse(parse(await readFile(kubeconfig, 'utf8')));
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  const decoded = (text: string): Buffer => Buffer.from(text, 'base64');
  const server = new URL(cluster.server);
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
  });
  const admin = connect({ is: 'kubeconfig', path: kubeconfig }, { userAgent: 'test' });
  const follow = (path: string): { readonly cache: Cache<Seen>; readonly reflector: Reflector<Seen> } => {
    const cache = new Cache<Seen>({ project: (object) => objectSchema.parse(object) });
    const reflector = new Reflector({
      connection: admin,
      resource: { path },
      cache,
      clock: systemClock,
      random: Math.random,
      log: () => undefined,
    });
    reflector.start();
    return { cache, reflector };
  };
  const followed = [
    follow('/apis/imagespec.dev/v1alpha1/imagespecs'),
    follow('/apis/batch/v1/jobs'),
    follow('/api/v1/pods'),
  ] as const;
  await Promise.all(followed.map(({ reflector }) => reflector.whenSynced));
  const [imageSpecs, jobs, pods] = followed;
  return {
    admin,
    upstream: { host: server.hostname, port: Number(server.port), agent },
    imageSpecs: imageSpecs.cache,
    jobs: jobs.cache,
    pods: pods.cache,
    close: async () => {
      for (const { reflector } of followed) {
        reflector.stop();
      }
      agent.destroy();
      await admin.close();
    },
  };
}
