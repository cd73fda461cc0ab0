import type { Fetch } from './transport.ts';

/** What came of an exchange with a registry or its token service, few enough to be a label. */
export type ExchangeResult =
  | 'ok'
  | 'redirected'
  | 'unauthorized'
  | 'notFound'
  | 'rateLimited'
  | 'refused'
  | 'unavailable'
  /** No answer: no connection, no trust, or not in time. */
  | 'unreachable';

/** One exchange. */
export interface Exchange {
  /** `host` or `host:port`. */
  readonly host: string;
  /** The method. */
  readonly verb: string;
  readonly result: ExchangeResult;
}

/** The same `fetch`, which reports each exchange once its answer has begun. */
export function observed(fetch: Fetch, seen: (exchange: Exchange) => void): Fetch {
  return async (url, init) => {
    const report = (result: ExchangeResult): void => seen({ host: url.host, verb: init.method, result });
    try {
      const answer = await fetch(url, init);
      report(resultOf(answer.status));
      return answer;
    } catch (error) {
      report('unreachable');
      throw error;
    }
  };
}

function resultOf(status: number): ExchangeResult {
  switch (status) {
    case 401:
    case 403:
      return 'unauthorized';
    case 404:
      return 'notFound';
    case 429:
      return 'rateLimited';
  }
  if (status < 300) {
    return 'ok';
  }
  if (status < 400) {
    return 'redirected';
  }
  return status < 500 ? 'refused' : 'unavailable';
}
