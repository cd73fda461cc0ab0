import { type Cancel, type Clock, microTime, pause } from '../clock.ts';
import type { Log } from '../log.ts';
import { answerOf, describeFailure } from './answer.ts';
import type { Connection } from './connection.ts';
import { errorText } from './errorText.ts';
import type { ApiRequest } from './exchange.ts';
import { pathOf } from './paths.ts';

/** The namespaced object of an Event. */
export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** One Event to write. */
export interface EventNote {
  readonly regarding: Regarding;
  readonly type: 'Normal' | 'Warning';
  /** The cause, CamelCase, ≤ 128 bytes: `BuildSucceeded`. */
  readonly reason: string;
  /** The operator's action, CamelCase, ≤ 128 bytes: `Building`. */
  readonly action: string;
  /** A sentence, cut at 1,024 bytes; control characters become spaces. */
  readonly note: string;
}

export interface EventWriterOptions {
  readonly connection: Pick<Connection, 'send'>;
  /** Qualified name of this controller: `imagespec.dev/operator`. */
  readonly reportingController: string;
  /** This instance, usually the Pod's name. */
  readonly reportingInstance: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Called when the rate limit or the server rejected an Event; for metrics. */
  readonly dropped: () => void;
}

interface Series {
  readonly namespace: string;
  readonly name: string;
  count: number;
  lastSeen: number;
  cancelWrite: Cancel | undefined;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** A repetition within this time increments the count of the same Event (client-go, tools/events: finishTime). */
const seriesEndsMs = 6 * 60_000;

/** Time after which an object may have one more Event (client-go, tools/record: defaultSpamQPS). */
const refillMs = 5 * 60_000;

/** At most this many consecutive Events about one object, as in client-go. */
const burstPerObject = 25;
/** Pause between two requests: at most 20 Events a second. */
const paceMs = 50;
/** Interval at which the count of a repeated Event is written. */
const seriesMs = 30_000;

const longestBacklog = 1000;
const mostSeries = 2048;

/** Writes events.k8s.io/v1 Events with best effort: never throws, never retries, drops Events beyond the rate limit. */
export class EventWriter {
  readonly #options: EventWriterOptions;
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, Bucket>();
  readonly #backlog: (() => Promise<void>)[] = [];
  readonly #hurry = new AbortController();
  #sending: Promise<void> | undefined;
  #sequence = 0;

  constructor(options: EventWriterOptions) {
    this.#options = options;
  }

  /** Queues an Event and returns immediately. */
  write(event: EventNote): void {
    const now = this.#options.clock.elapsed();
    const { regarding, type, reason, action, note } = event;
    const identity = JSON.stringify([regarding.uid, type, reason, action, note]);
    const known = this.#series.get(identity);
    if (known !== undefined && now - known.lastSeen < seriesEndsMs) {
      known.count += 1;
      known.lastSeen = now;
      known.cancelWrite ??= this.#options.clock.after(seriesMs, () => this.#writeSeries(known));
      return;
    }
    if (!this.#takeToken(regarding.uid, now)) {
      this.#options.dropped();
      return;
    }
    const name = this.#nameFor(regarding.name);
    const series = { namespace: regarding.namespace, name, count: 1, lastSeen: now, cancelWrite: undefined };
    known?.cancelWrite?.();
    keepRecent(this.#series, identity, series);
    this.#enqueue(() => this.#create(event, name));
  }

  /** Sends queued Events without pauses; stops after `deadlineMs`. For the end of the process. */
  async flush(deadlineMs: number): Promise<void> {
    for (const series of this.#series.values()) {
      if (series.cancelWrite !== undefined) {
        series.cancelWrite();
        this.#writeSeries(series);
      }
    }
    this.#hurry.abort();
    const over = new AbortController();
    await Promise.race([this.#sending, pause(this.#options.clock, deadlineMs, over.signal)]);
    over.abort();
    this.#backlog.length = 0;
  }

  async #create(event: EventNote, name: string): Promise<void> {
    const { clock, reportingController, reportingInstance } = this.#options;
    const { regarding, type, reason, action, note } = event;
    const body = {
      metadata: { name, namespace: regarding.namespace },
      eventTime: microTime(clock.now()),
      reportingController,
      reportingInstance: cutBytes(reportingInstance, 128),
      action: cutBytes(action, 128),
      reason: cutBytes(reason, 128),
      regarding: { ...regarding },
      type,
      note: cutBytes(note.replaceAll(/\p{Cc}+/gu, ' '), 1024),
    };
    await this.#send({ method: 'POST', path: eventsIn(regarding.namespace), body });
  }

  #writeSeries(series: Series): void {
    const { count, namespace, name } = series;
    series.cancelWrite = undefined;
    const body = { series: { count, lastObservedTime: microTime(this.#options.clock.now()) } };
    this.#enqueue(() => this.#send({ method: 'PATCH', path: eventsIn(namespace, name), body }));
  }

  async #send(call: ApiRequest): Promise<void> {
    try {
      const answer = await answerOf(() => this.#options.connection.send(call));
      if (answer.is !== 'ok') {
        this.#fail(describeFailure(answer));
      }
    } catch (error) {
      this.#fail(errorText(error));
    }
  }

  #fail(cause: string): void {
    this.#options.dropped();
    this.#options.log('debug', 'an Event was not written', { cause });
  }

  #enqueue(send: () => Promise<void>): void {
    if (this.#backlog.length >= longestBacklog) {
      this.#options.dropped();
      return;
    }
    this.#backlog.push(send);
    this.#sending ??= this.#drain();
  }

  async #drain(): Promise<void> {
    for (let send = this.#backlog.shift(); send !== undefined; send = this.#backlog.shift()) {
      await send();
      await pause(this.#options.clock, paceMs, this.#hurry.signal);
    }
    this.#sending = undefined;
  }

  #takeToken(uid: string, now: number): boolean {
    const known = this.#buckets.get(uid) ?? { tokens: burstPerObject, at: now };
    const tokens = Math.min(burstPerObject, known.tokens + (now - known.at) / refillMs);
    const taken = tokens >= 1;
    keepRecent(this.#buckets, uid, { tokens: taken ? tokens - 1 : tokens, at: now });
    return taken;
  }

  /** client-go's form of names, `object.hex`, unique within this process and within the length limit. */
  #nameFor(objectName: string): string {
    this.#sequence += 1;
    const unique = `${Math.floor(this.#options.clock.now()).toString(16)}${this.#sequence.toString(16).padStart(4, '0')}`;
    return `${objectName.slice(0, 220).replace(/[^a-z0-9]+$/, '')}.${unique}`;
  }
}

function eventsIn(namespace: string, name?: string): string {
  return pathOf({ api: '/apis/events.k8s.io/v1', plural: 'events', namespace }, name);
}

function keepRecent<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > mostSeries) {
    const oldest = map.keys().next();
    if (oldest.done !== true) {
      map.delete(oldest.value);
    }
  }
}

/** The API server counts bytes (k8s.io/kubernetes/pkg/apis/core/validation/events.go). Cuts between characters. */
function cutBytes(text: string, bytes: number): string {
  const encoded = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, encoded.read);
}
