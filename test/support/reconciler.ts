import { z } from 'zod';
import { parseConfig } from '../../src/config/parse.ts';
import type { Config } from '../../src/config/schema.ts';
import { systemClock } from '../../src/kubernetes/clock.ts';
import { Cache } from '../../src/kubernetes/watch/cache.ts';
import { Controller } from '../../src/reconcile/controller.ts';
import {
  projectImageSpec,
  projectJob,
  projectPod,
  type SeenImageSpec,
} from '../../src/reconcile/watched/projections.ts';
import { type StandIn, startStandIn } from './apiserver/stand-in.ts';
import { clientOf } from './servers/scripted-image.ts';
import type { ScriptedRegistry } from './servers/scripted-registry.ts';
import { unobserved } from './unobserved.ts';

const bodySchema = z.looseObject({
  metadata: z.looseObject({ name: z.string().optional() }).default({}),
  status: z.record(z.string(), z.unknown()).default({}),
});

interface Stored {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion: string };
  readonly status: Readonly<Record<string, unknown>>;
}

/** A controller before an API server that stores ImageSpecs, statuses and Jobs, and nothing that runs them. */
export interface Reconciler {
  readonly controller: Controller;
  /** Creates an ImageSpec, and has it looked at. */
  readonly apply: (namespace: string, name: string, spec: SeenImageSpec['spec']) => void;
  /** Deletes an ImageSpec. */
  readonly remove: (namespace: string, name: string) => void;
  /** The status of an ImageSpec as the API server has it. */
  readonly statusOf: (namespace: string, name: string) => Readonly<Record<string, unknown>>;
  /** Namespaces of the Jobs that were created, in order. */
  readonly jobs: readonly string[];
  readonly stop: () => Promise<void>;
}

/** @throws when it is none */
export function configOf(text: string): Config {
  const config = parseConfig(text);
  if (!config.ok) {
    throw new Error(config.failure);
  }
  return config.value;
}

/** Starts one. Its registries speak no TLS. */
export async function startReconciler(config: Config, registries: readonly ScriptedRegistry[]): Promise<Reconciler> {
  const stored = new Map<string, Stored>();
  const jobs: string[] = [];
  let version = 100;
  const server: StandIn = await startStandIn((request, response) => {
    const [, , , , , namespace = '', kind = '', name = ''] = (request.url ?? '').split(/[/?]/);
    const key = `${namespace}/${name}`;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = bodySchema.parse(JSON.parse(chunks.length === 0 ? '{}' : Buffer.concat(chunks).toString('utf8')));
      version += 1;
      const meta = { namespace, uid: `uid-${version}`, resourceVersion: String(version), creationTimestamp: now() };
      const known = stored.get(key);
      let answer: object | undefined = known;
      if (request.method === 'PATCH' && known !== undefined) {
        const next = {
          ...known,
          metadata: { ...known.metadata, resourceVersion: String(version) },
          status: { ...known.status, ...body.status },
        };
        stored.set(key, next);
        answer = next;
      } else if (request.method === 'POST' && kind === 'jobs') {
        jobs.push(namespace);
        answer = { ...body, metadata: { ...body.metadata, ...meta } };
      }
      response.statusCode = answer === undefined ? 404 : 200;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer ?? { kind: 'Status', code: 404, reason: 'NotFound' }));
    });
  });
  const caches = {
    imageSpecs: new Cache<SeenImageSpec>({ project: projectImageSpec }),
    jobs: new Cache({ project: projectJob }),
    pods: new Cache({ project: projectPod }),
  };
  const controller = new Controller({
    sources: {
      connection: server.connection,
      registry: clientOf(registries, { clock: systemClock }),
      secretLabels: 'Optional',
    },
    config,
    clock: systemClock,
    log: () => undefined,
    wrote: () => undefined,
    failed: () => undefined,
    published: () => ({ is: 'absent' }),
    queued: () => undefined,
    ...unobserved,
    mayAct: () => true,
    workers: 4,
  });
  controller.start(caches);
  return {
    controller,
    jobs,
    apply: (namespace, name, spec) => {
      version += 1;
      const object = {
        apiVersion: 'imagespec.dev/v1alpha1',
        kind: 'ImageSpec',
        metadata: {
          namespace,
          name,
          uid: `uid-${namespace}-${name}`,
          generation: 1,
          resourceVersion: String(version),
          creationTimestamp: now(),
        },
        spec,
        status: { observedGeneration: -1 },
      };
      stored.set(`${namespace}/${name}`, object);
      caches.imageSpecs.observe(object);
      controller.add(`${namespace}/${name}`);
    },
    remove: (namespace, name) => {
      const key = `${namespace}/${name}`;
      caches.imageSpecs.forget(key, `uid-${namespace}-${name}`);
      stored.delete(key);
      controller.add(key);
    },
    statusOf: (namespace, name) => stored.get(`${namespace}/${name}`)?.status ?? {},
    stop: async () => {
      await controller.stop(10_000);
      await server.stop();
    },
  };
}

function now(): string {
  return new Date().toISOString();
}
