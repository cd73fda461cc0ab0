import {
  ApiException,
  HttpMethod,
  type IsomorphicFetchHttpLibrary,
  RequestContext,
  type ResponseContext,
} from '@kubernetes/client-node';
import { boundedText } from './boundedText.ts';
import { UnreachableError } from './unreachableError.ts';

/** Receives the header `Date` of an answer that has just arrived, and the milliseconds since its request was sent. */
export type Heard = (date: string | undefined, tookMs: number) => void;

/** What a request needs of a connection. */
interface Way {
  readonly config: {
    readonly limit: (context: RequestContext) => void;
    readonly applySecurityAuthentication: (context: RequestContext) => Promise<void>;
  };
  /** URL of the API server. */
  readonly server: string;
  readonly http: IsomorphicFetchHttpLibrary;
  readonly heard: Heard;
}

/**
 * GET of any path as raw JSON.
 *
 * @throws ApiException for any status but 200, and undici's errors; ResponseTooLargeError
 */
export function getJson(way: Way, path: string, query: Readonly<Record<string, string>>): Promise<unknown> {
  return send(way, new RequestContext(way.server + path, HttpMethod.GET), { path, query, expected: 200 });
}

/**
 * POST of an object to a collection; the created object as raw JSON.
 *
 * @throws ApiException for any status but 201, and undici's errors; ResponseTooLargeError
 */
export function createJson(
  way: Way,
  path: string,
  query: Readonly<Record<string, string>>,
  body: object,
): Promise<unknown> {
  const context = new RequestContext(way.server + path, HttpMethod.POST);
  context.setHeaderParam('Content-Type', 'application/json');
  context.setBody(JSON.stringify(body));
  return send(way, context, { path, query, expected: 201 });
}

interface Wanted {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The status of success. */
  readonly expected: number;
}

async function send(
  { config, http, heard }: Way,
  context: RequestContext,
  { path, query, expected }: Wanted,
): Promise<unknown> {
  for (const [name, value] of Object.entries(query)) {
    context.setQueryParam(name, value);
  }
  context.setHeaderParam('Accept', 'application/json');
  config.limit(context);
  await config.applySecurityAuthentication(context);
  const sent = performance.now();
  const response = mustBeApi(await http.send(context).toPromise());
  heard(response.headers['date'], performance.now() - sent);
  const text = await boundedText(response.body, path);
  if (response.httpStatusCode !== expected) {
    throw new ApiException(response.httpStatusCode, `${context.getHttpMethod()} failed`, text, response.headers);
  }
  const json: unknown = JSON.parse(text);
  return json;
}

/** client-node parses a proxy's sign-in page with status 200 as an object without fields. */
export function mustBeApi(response: ResponseContext): ResponseContext {
  if (response.headers['content-type']?.startsWith('text/html') === true) {
    throw new UnreachableError(
      'received a web page instead of an API response: another server responds at this address',
    );
  }
  return response;
}
