import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeConfig, type V1Job, Watch } from '@kubernetes/client-node';

/** When the Jobs of a namespace appeared, as a watching client sees it. */
export interface JobNews {
  /**
   * When the first Job of this ImageSpec was seen: ms since epoch.
   * @throws Error when there is none after this many seconds
   */
  readonly firstOf: (imageSpec: string, seconds: number) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Below the silence after which client-node's Watch gives up. */
const watchSeconds = 20;
const pauseMs = 100;

/** Watches until it is stopped; a watch that fails begins again. */
export function followJobs(config: KubeConfig, namespace: string): JobNews {
  const seen = new Map<string, number>();
  const waiting = new Map<string, (at: number) => void>();
  const stopping = new AbortController();

  const hear = (job: V1Job): void => {
    const name = job.metadata?.ownerReferences?.[0]?.name;
    if (name === undefined || seen.has(name)) return;
    const at = Date.now();
    seen.set(name, at);
    waiting.get(name)?.(at);
  };
  const follow = async (): Promise<void> => {
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    while (!stopping.signal.aborted) {
      const ended = Promise.withResolvers<void>();
      try {
        const connection = await new Watch(config).watch(
          path,
          { timeoutSeconds: watchSeconds },
          (_type, job: V1Job) => hear(job),
          () => ended.resolve(),
        );
        const abort = () => connection.abort();
        stopping.signal.addEventListener('abort', abort);
        await ended.promise;
        stopping.signal.removeEventListener('abort', abort);
      } catch {
        await sleep(pauseMs);
      }
    }
  };
  const running = follow();

  return {
    firstOf: async (imageSpec, seconds) => {
      const known = seen.get(imageSpec);
      if (known !== undefined) return known;
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const timer = setTimeout(() => reject(new Error(`${imageSpec}: no Job after ${seconds} s`)), seconds * 1000);
      waiting.set(imageSpec, resolve);
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(imageSpec);
      }
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
