import type { Dispatcher } from 'undici';

/** A request whose answer has begun, or that got none. */
export interface SeenRequest {
  /** `host` or `host:port`. */
  readonly host: string;
  readonly method: string;
  /** HTTP status, or `<error>` without an answer, as client-go has it (tools/metrics). */
  readonly code: string;
  /** From the request to the first part of the answer. */
  readonly milliseconds: number;
}

/** Receives each request. */
export type ObserveRequest = (request: SeenRequest) => void;

const firstFinalStatus = 200;

/** The same dispatcher, which reports each of its requests. */
export function observed(dispatcher: Dispatcher, seen: ObserveRequest): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) => dispatch(options, new Observer(handler, options, seen)),
  );
}

/** The last origin with its host: a pool has one. */
let last = { origin: '', host: '' };

function hostOf(origin: string | URL | undefined): string {
  const text = String(origin ?? '');
  if (text !== last.origin) {
    last = { origin: text, host: URL.canParse(text) ? new URL(text).host : '' };
  }
  return last.host;
}

type Handler = Dispatcher.DispatchHandler;
type Rest<Name extends keyof Handler> = Parameters<NonNullable<Handler[Name]>>;

/** Passes everything on, and reports the first part of the answer, or its absence. */
class Observer implements Handler {
  readonly #begun = performance.now();
  readonly #handler: Handler;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #seen: ObserveRequest;
  #isOver = false;

  constructor(handler: Handler, options: Dispatcher.DispatchOptions, seen: ObserveRequest) {
    this.#handler = handler;
    this.#options = options;
    this.#seen = seen;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
  }

  onRequestUpgrade(...args: Rest<'onRequestUpgrade'>): void {
    this.#handler.onRequestUpgrade?.(...args);
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.();
  }

  onResponseStart(...args: Rest<'onResponseStart'>): void {
    const [, status] = args;
    // 1xx announces an answer.
    if (status >= firstFinalStatus) {
      this.#report(String(status));
    }
    this.#handler.onResponseStart?.(...args);
  }

  onResponseData(...args: Rest<'onResponseData'>): void {
    this.#handler.onResponseData?.(...args);
  }

  onResponseEnd(...args: Rest<'onResponseEnd'>): void {
    this.#handler.onResponseEnd?.(...args);
  }

  onResponseError(...args: Rest<'onResponseError'>): void {
    this.#report('<error>');
    this.#handler.onResponseError?.(...args);
  }

  #report(code: string): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    const { method, origin } = this.#options;
    this.#seen({ host: hostOf(origin), method, code, milliseconds: performance.now() - this.#begun });
  }
}
