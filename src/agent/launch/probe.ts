import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { agentExitCodes } from '../../api/agentExitCodes.ts';
import { type HubCall, type ProbeAnswer, probeUser, versionText } from '../../api/probeAnswer.ts';
import { type MockHub, startMockHub } from './mockHub.ts';
import { ask, askPage, type Page, type Reply } from './page.ts';

/** Timeout of one request to the server. */
const requestMs = 5000;
/** Pause between two requests to the server. */
const pauseMs = 100;
/** Patience with a server without X-JupyterHub-Version: an entrypoint may serve a page while it starts. */
const patienceWithoutVersionMs = 3000;
/** Patience with the first page, while the server compiles or loads. */
const patienceWithPageMs = 5000;
/** A server must still respond this long after its first response; otherwise its startup killed it. */
const settleMs = 2000;
/** Patience with a server that stops responding. */
const patienceWithLossMs = 1500;

/** Clock and pauses of a proof; tests shorten them. */
export interface Pace {
  readonly requestMs: number;
  readonly settleMs: number;
  readonly patienceWithoutVersionMs: number;
  readonly patienceWithPageMs: number;
  readonly patienceWithLossMs: number;
}

/**
 * Subcommand `probe`, the container beside a launched image. It plays the Hub's API on the loopback and sends the server the
 * Hub's requests. The result (`api/probeAnswer.ts`) is its termination message.
 *
 * It connects to the Pod's own address, as the Hub does: a server that listens only on the loopback is useless.
 *
 * @returns 0 for every answer, also a bad one; otherwise the exit code (`api/agentExitCodes.ts`)
 */
export async function runProbe(argv: readonly string[], report: (line: string) => void): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      address: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string' },
      'hub-port': { type: 'string' },
      'hub-version': { type: 'string' },
      'timeout-seconds': { type: 'string' },
      termination: { type: 'string', default: '/dev/termination-log' },
    },
  });
  const options = optionsSchema.safeParse(values);
  if (!options.success) {
    report(`probe: ${options.error.issues.map(({ path, message }) => `--${path.join()}: ${message}`).join('; ')}`);
    return agentExitCodes.usage.code;
  }
  const { address, port, termination } = options.data;
  const token = randomUUID();
  const calls = new Set<HubCall>();
  let hub: MockHub;
  try {
    hub = await startMockHub({
      port: options.data['hub-port'],
      version: options.data['hub-version'],
      userToken: token,
      serverToken: probeUser,
      heard: (call) => calls.add(call),
    });
  } catch (error) {
    report(`the probe cannot listen on the Hub's port: ${error instanceof Error ? error.message : String(error)}`);
    return agentExitCodes.hubPortTaken.code;
  }
  const host = isIPv6(address) ? `[${address}]` : address;
  const found = await watchServer({
    base: new URL(`http://${host}:${port}/user/${probeUser}/`),
    token,
    timeoutMs: options.data['timeout-seconds'] * 1000,
    pace: { requestMs, settleMs, patienceWithoutVersionMs, patienceWithPageMs, patienceWithLossMs },
  });
  const line = JSON.stringify({ v: 1, ...found, hubCalls: [...calls] } satisfies ProbeAnswer);
  await hub.close();
  report(line);
  await writeFile(termination, line);
  return 0;
}

const portText = z.coerce.number().pipe(z.int().min(0).max(65_535));
const optionsSchema = z.object({
  address: z.string(),
  port: portText,
  'hub-port': portText,
  'hub-version': z.string().default('5.0.0'),
  'timeout-seconds': z.coerce.number().pipe(z.number().positive().max(3600)),
  termination: z.string(),
});

/** Distributes over a union what `Omit` would merge. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** The result of watching the server alone. */
type Found = Without<ProbeAnswer, 'v' | 'hubCalls'>;

interface Watch {
  readonly base: URL;
  readonly token: string;
  readonly timeoutMs: number;
  readonly pace: Pace;
}

/** Sends requests until the server is proven or has failed, or the time is up. */
export async function watchServer({ base, token, timeoutMs, pace }: Watch): Promise<Found> {
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start);
  const api = new URL('api', base);
  let status: number | null = null;
  let withoutVersionSince: number | null = null;
  while (elapsed() < timeoutMs) {
    const reply = await ask(api, pace.requestMs);
    if (reply.is === 'answered') {
      ({ status } = reply);
      const singleuser = hubVersionOf(reply);
      // Like the Hub: anything below 500 is an answer (jupyterhub/utils.py, wait_for_http_server).
      if (reply.status < 500 && singleuser !== undefined) {
        const answered = { status, singleuser, server: serverVersionOf(reply), ms: elapsed() };
        const proof = await proveAnswering({ base, api, token, pace });
        return proof.is === 'serves'
          ? { ready: true, ...answered, page: proof.page }
          : { ready: false, why: proof.is, page: proof.page, status: proof.status, ms: answered.ms };
      }
      withoutVersionSince = reply.status < 500 ? (withoutVersionSince ?? elapsed()) : null;
      if (withoutVersionSince !== null && elapsed() - withoutVersionSince >= pace.patienceWithoutVersionMs) {
        return { ready: false, why: 'noHubVersion', page: '', status, ms: elapsed() };
      }
    }
    await pause();
  }
  const why = status === null ? 'silent' : withoutVersionSince === null ? 'failing' : 'noHubVersion';
  return { ready: false, why, page: '', status, ms: elapsed() };
}

type Proof =
  | { readonly is: 'serves'; readonly page: number | null }
  | { readonly is: 'pageFailing' | 'gone'; readonly page: string; readonly status: number | null };

/** After the first response: whether the server keeps responding and serves the user's first page. */
async function proveAnswering({ base, api, token, pace }: Omit<Watch, 'timeoutMs'> & { api: URL }): Promise<Proof> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  let page = await askPage(base, pace.requestMs, token);
  while (hasNoPage(page.reply) && elapsed() < pace.patienceWithPageMs) {
    await pause();
    page = await askPage(base, pace.requestMs, token);
  }
  if (hasNoPage(page.reply)) {
    const still = await ask(api, pace.requestMs);
    return {
      is: still.is === 'nothing' ? 'gone' : 'pageFailing',
      page: placeOf(page, base),
      status: statusOf(page.reply),
    };
  }
  const last = await settled(api, pace);
  return isFailing(last)
    ? { is: 'gone', page: '', status: statusOf(last) }
    : { is: 'serves', page: pageStatus(page.reply) };
}

/**
 * Watches the server for the time that it must survive. A failing response gets some patience, as the server may be
 * busy.
 */
async function settled(api: URL, pace: Pace): Promise<Reply> {
  const until = performance.now() + pace.settleMs;
  let last = await ask(api, pace.requestMs);
  while (!isFailing(last) && performance.now() < until) {
    await pause();
    last = await ask(api, pace.requestMs);
  }
  const patience = performance.now() + pace.patienceWithLossMs;
  while (isFailing(last) && performance.now() < patience) {
    await pause();
    last = await ask(api, pace.requestMs);
  }
  return last;
}

/** Where the page is below the server's address, without its query. */
function placeOf({ url }: Page, base: URL): string {
  return url.pathname
    .slice(base.pathname.length)
    .replaceAll(/[^\x21-\x7E]/g, '')
    .slice(0, 256);
}

function isFailing(reply: Reply): boolean {
  return reply.is === 'nothing' || reply.status >= 500;
}

/** Not found is as bad as an error: users get it where JupyterLab is missing. */
function hasNoPage(reply: Reply): boolean {
  return isFailing(reply) || (reply.is === 'answered' && reply.status === 404);
}

function statusOf(reply: Reply): number | null {
  return reply.is === 'nothing' ? null : reply.status;
}

/** A redirect that leads elsewhere was to a login and shows nothing about the page. */
function pageStatus(reply: Reply): number | null {
  return reply.is === 'nothing' || (reply.status >= 300 && reply.status < 400) ? null : reply.status;
}

function hubVersionOf({ headers }: Extract<Reply, { is: 'answered' }>): string | undefined {
  const header = headers['x-jupyterhub-version'];
  return typeof header === 'string' ? versionText(header) : undefined;
}

const apiBody = z.object({ version: z.string() });

function serverVersionOf({ body }: Extract<Reply, { is: 'answered' }>): string | null {
  let read: unknown;
  try {
    read = JSON.parse(body);
  } catch {
    return null;
  }
  return versionText(apiBody.safeParse(read).data?.version ?? '') ?? null;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}
