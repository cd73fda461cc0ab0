import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const rowSchema = z.object({
  /** Version of the Hub. */
  hub: z.string(),
  /** Whose token the request has. */
  as: z.enum(['stranger', 'server']),
  method: z.enum(['GET', 'POST']),
  /** `{server}` and `{user}` stand for tokens. */
  path: z.string(),
  /** Body of the request; '' for none. */
  body: z.string(),
  status: z.int(),
  location: z.string(),
  /** JSON of the answer, or '' for anything else. Times, tokens and versions are `*`. */
  answer: z.unknown(),
});

/** The answer of a real Hub to a request. */
export type HubAnswer = Readonly<z.output<typeof rowSchema>>;

/** The file, which `test/hub/answers/` keeps true. */
export const hubAnswersFile = join(import.meta.dirname, 'hubAnswers.json');

/** What Hubs 4 and 5 answered to what an image can request: it has the token of its server only. */
export function hubAnswers(): readonly HubAnswer[] {
  return z.array(rowSchema).parse(JSON.parse(readFileSync(hubAnswersFile, 'utf8')));
}

type Asked = Pick<HubAnswer, 'as' | 'method' | 'path' | 'body'>;

const api = '/hub/api';
const activity = '{"servers":{"":{"last_activity":"2026-11-29T00:00:00Z"}}}';
const read = [
  api,
  `${api}/`,
  `${api}/info`,
  `${api}/user`,
  `${api}/users/probe`,
  `${api}/users/other`,
  `${api}/users`,
  `${api}/users/probe/tokens`,
  `${api}/groups`,
  `${api}/services`,
  `${api}/proxy`,
  `${api}/nothing`,
  `${api}/authorizations/token/{user}`,
  `${api}/authorizations/token/wrong`,
  `${api}/oauth2/authorize?client_id=jupyterhub-user-probe&redirect_uri=%2Fuser%2Fprobe%2Foauth_callback&response_type=code&state=x`,
  '/hub/health',
  '/hub/',
  '/',
];

function requestsAs(as: Asked['as']): readonly Asked[] {
  return [
    ...read.map((path) => ({ as, method: 'GET', path, body: '' }) as const),
    { as, method: 'POST', path: `${api}/users/probe/activity`, body: activity },
    { as, method: 'POST', path: `${api}/users/probe/activity`, body: '{}' },
    { as, method: 'POST', path: `${api}/users/other/activity`, body: activity },
    { as, method: 'POST', path: `${api}/oauth2/token`, body: '' },
  ];
}

/** The recorded requests. */
export const hubRequests: readonly Asked[] = [...requestsAs('stranger'), ...requestsAs('server')];

/** What differs from one Hub or run to another becomes `*`. */
function comparable(value: unknown): unknown {
  if (typeof value === 'string') {
    return /^\d{4}-\d\d-\d\dT[\d:.]+Z$|^[0-9a-f]{32}$|^a\d+$|^\d+\.\d+\.\d+$/.test(value) ? '*' : value;
  }
  if (Array.isArray(value)) {
    return value.map(comparable).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  }
  return value !== null && typeof value === 'object'
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([a], [b]) => a.localeCompare(b))
          .map(([key, inner]) => [key, comparable(inner)]),
      )
    : value;
}

/** Tokens by the name that stands for them in a path. */
export interface Tokens {
  readonly server: string;
  readonly user: string;
}

/** Sends a request to a Hub, or to the stand-in of one. */
export async function askHub(
  url: string,
  { as, method, path, body }: Asked,
  tokens: Tokens,
): Promise<Pick<HubAnswer, 'status' | 'location' | 'answer'>> {
  const filled = path.replace('{server}', tokens.server).replace('{user}', tokens.user);
  const response = await fetch(`${url}${filled}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(as === 'server' ? { authorization: `token ${tokens.server}` } : {}),
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === '' ? {} : { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    location: response.headers.get('location') ?? '',
    answer: text.startsWith('{') || text.startsWith('[') ? comparable(JSON.parse(text)) : '',
  };
}
