import { isObject, isOlder, isResourceVersion } from '../object.ts';
import { type Answer, answerOf, describeFailure } from './answer.ts';
import type { Connection } from './connection.ts';
import { ResponseTooLargeError } from './exchange.ts';

/** Objects of one type, optionally of one namespace, optionally selected. */
export interface Resource {
  /** Path of the collection: `/apis/batch/v1/jobs`, `/api/v1/namespaces/team/configmaps`. */
  readonly path: string;
  /** The namespace in `path`; absent where the collection covers all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ListRequest {
  readonly resource: Resource;
  /** Objects per request. */
  readonly pageSize: number;
  /** The newest version seen from the server: an older list comes from a stale replica and must be rejected. */
  readonly notBefore: string;
  readonly onItem: (item: unknown) => void;
}

export type ListEnd =
  | { readonly is: 'complete'; readonly resourceVersion: string }
  | { readonly is: 'failed'; readonly message: string; readonly retryAfterMs?: number };

/** The selector part of a query. */
export function selectorsOf({ labelSelector, fieldSelector }: Resource): Record<string, string> {
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

/**
 * Lists everything in pages of one snapshot, so that neither side holds the whole list in memory. An expired snapshot
 * (410) is a failure like any other: the caller starts again.
 *
 * It sends no resourceVersion, which requests the newest state; `0` would not
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/#semantics-for-get-and-list).
 */
export async function listAll(connection: Pick<Connection, 'getJson'>, request: ListRequest): Promise<ListEnd> {
  const selectors = selectorsOf(request.resource);
  let limit = request.pageSize;
  let continueToken: string | undefined;
  for (;;) {
    const pageQuery = {
      ...selectors,
      limit: String(limit),
      ...(continueToken === undefined ? {} : { continue: continueToken }),
    };
    const answer = await pageIn(connection, request.resource.path, pageQuery);
    if (answer.is === 'tooLarge' && limit > 1) {
      // Of large objects fewer at a time; the token of a page says where it begins, not how much it holds.
      limit = Math.ceil(limit / pageShrink);
      continue;
    }
    if (answer.is === 'tooLarge') {
      return { is: 'failed', message: answer.message };
    }
    if (answer.is !== 'ok') {
      const retryAfterMs = answer.is === 'unavailable' ? answer.retryAfterMs : undefined;
      const message = `list ${request.resource.path}: ${describeFailure(answer)}`;
      return retryAfterMs === undefined ? { is: 'failed', message } : { is: 'failed', message, retryAfterMs };
    }
    const page = pageOf(answer.value);
    if (page === undefined) {
      return { is: 'failed', message: `list ${request.resource.path}: the response is not a list` };
    }
    if (isOlder(page.resourceVersion, request.notBefore)) {
      const message = `list ${request.resource.path}: resourceVersion ${page.resourceVersion} is older than ${request.notBefore}, which was already seen`;
      return { is: 'failed', message };
    }
    for (const item of page.items) {
      request.onItem(item);
    }
    if (page.continueToken === undefined) {
      return { is: 'complete', resourceVersion: page.resourceVersion };
    }
    continueToken = page.continueToken;
  }
}

/** Divisor of the page size after a page that was too large. */
const pageShrink = 8;

type PageAnswer = Answer<unknown> | { readonly is: 'tooLarge'; readonly message: string };

async function pageIn(
  connection: Pick<Connection, 'getJson'>,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<PageAnswer> {
  try {
    return await answerOf(() => connection.getJson(path, query));
  } catch (error) {
    if (error instanceof ResponseTooLargeError) {
      return { is: 'tooLarge', message: error.message };
    }
    throw error;
  }
}

interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  readonly continueToken: string | undefined;
}

function pageOf(body: unknown): Page | undefined {
  if (!isObject(body) || !isObject(body['metadata'])) {
    return undefined;
  }
  const { resourceVersion, continue: continueToken } = body['metadata'];
  // Go marshals an empty list of some types as null.
  const items = body['items'] ?? [];
  if (!isResourceVersion(resourceVersion) || !Array.isArray(items)) {
    return undefined;
  }
  return {
    items,
    resourceVersion,
    continueToken: typeof continueToken === 'string' && continueToken !== '' ? continueToken : undefined,
  };
}
