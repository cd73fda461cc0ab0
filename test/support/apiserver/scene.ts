import type { Connection } from '../../../src/kubernetes/client/connection.ts';
import { isObject } from '../../../src/kubernetes/object.ts';
import { Cache } from '../../../src/kubernetes/watch/cache.ts';
import { Reflector, type ReflectorEvent, type ReflectorOptions } from '../../../src/kubernetes/watch/reflector.ts';
import { until } from '../../../tools/eventually.ts';
import { ScriptedApiServer } from './apiserver.ts';
import { ManualClock } from './time.ts';

/** The collection that the scene's reflector looks at. */
export const scenePath = '/api/v1/namespaces/team/configmaps';

function project(object: unknown): string {
  if (!isObject(object) || typeof object['text'] !== 'string') {
    throw new Error('no text');
  }
  return object['text'];
}

/** A reflector before a scripted API server, with its cache, its clock, and its reports. */
export class ReflectorScene {
  readonly clock = new ManualClock();
  /** Every change as `name: before > after`. A handler is made to throw by the text `provoke`. */
  readonly changes: string[] = [];
  /** How often an object could not be read or a handler threw. */
  problems = 0;
  readonly events: ReflectorEvent[] = [];
  readonly server: ScriptedApiServer;
  readonly cache: Cache<string>;
  readonly #connections: Connection[] = [];
  #reflector: Reflector<string> | undefined;

  private constructor(server: ScriptedApiServer) {
    this.server = server;
    this.cache = new Cache({
      project,
      onProblem: () => {
        this.problems += 1;
      },
      onChange: ({ key, before, after }) => {
        this.changes.push(`${key.slice(5)}: ${before ?? '-'} > ${after ?? '-'}`);
        if (after === 'provoke') {
          throw new Error('handler');
        }
      },
    });
  }

  static async start(): Promise<ReflectorScene> {
    return new ReflectorScene(await ScriptedApiServer.start());
  }

  get reflector(): Reflector<string> {
    if (this.#reflector === undefined) {
      throw new Error('call reflect() first');
    }
    return this.#reflector;
  }

  /** Starts the reflector. */
  reflect(options: Partial<ReflectorOptions<string>> = {}, timeoutMs = 30_000): Reflector<string> {
    const connection = this.server.connect({ timeoutMs });
    this.#connections.push(connection);
    this.#reflector = new Reflector({
      connection,
      resource: { path: scenePath },
      cache: this.cache,
      clock: this.clock,
      random: () => 1,
      log: () => undefined,
      observe: (event) => {
        this.events.push(event);
      },
      ...options,
    });
    this.#reflector.start();
    return this.#reflector;
  }

  /** Starts the reflector and waits until it has listed and is watching. */
  async watching(options: Partial<ReflectorOptions<string>> = {}, timeoutMs = 30_000): Promise<void> {
    this.reflect(options, timeoutMs);
    await this.eventually('a watch is open', () => this.server.openWatches === 1);
  }

  /** The cache by names. */
  seen(): Record<string, string> {
    const { cache } = this;
    return Object.fromEntries([...cache.keys()].toSorted().map((key) => [key.slice(5), cache.get(key) ?? '']));
  }

  /** Waits, and lets time fly meanwhile. */
  eventually(what: string, condition: () => boolean): Promise<void> {
    return until(what, condition, () => this.clock.advance(100));
  }

  async stop(): Promise<void> {
    this.#reflector?.stop();
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.server.stop();
  }
}
