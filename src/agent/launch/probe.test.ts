import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { agentExitCodes } from '../../api/agentExitCodes.ts';
import { parseProbeAnswer } from '../../api/probeAnswer.ts';
import { runProbe, watchServer } from './probe.ts';

const pace = {
  requestMs: 10_000,
  settleMs: 50,
  patienceWithoutVersionMs: 150,
  patienceWithPageMs: 150,
  patienceWithLossMs: 150,
};
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A server with a scripted listener; real servers are in test/hub/singleuser/. */
async function fakeServer(listener: RequestListener, port = 0): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : port;
}

const singleuser: Readonly<Record<string, string>> = { 'X-JupyterHub-Version': '5.2.1' };

/** A server whose `/api` is good, and whose page is made by `page`. */
function serving(page: RequestListener): RequestListener {
  return (request, response) => {
    if (request.url === '/user/probe/api') {
      response.writeHead(200, singleuser).end('{"version":"2.20.0"}');
    } else {
      page(request, response);
    }
  };
}

function watch(port: number, timeoutMs = 400, requestMs = pace.requestMs) {
  const base = new URL(`http://127.0.0.1:${port}/user/probe/`);
  return watchServer({ base, token: 'secret', timeoutMs, pace: { ...pace, requestMs } });
}

describe('watchServer', { timeout: 60_000 }, () => {
  it('proves a server that answers with its version, and with its page for the token', async () => {
    const port = await fakeServer(
      serving((request, response) => {
        response.writeHead(request.headers.authorization === 'token secret' ? 200 : 403).end();
      }),
    );
    expect(await watch(port)).toMatchObject({
      ready: true,
      status: 200,
      singleuser: '5.2.1',
      server: '2.20.0',
      page: 200,
    });
  });

  it('follows redirects inside the server, but not to a login', async () => {
    const inside = await fakeServer(
      serving(({ url }, response) => {
        response.writeHead(url === '/user/probe/lab' ? 200 : 302, { location: '/user/probe/lab' }).end();
      }),
    );
    expect(await watch(inside)).toMatchObject({ ready: true, page: 200 });
    const login = await fakeServer(
      serving((_, response) =>
        response.writeHead(302, { location: 'http://127.0.0.1:1/hub/api/oauth2/authorize' }).end(),
      ),
    );
    expect(await watch(login)).toMatchObject({ ready: true, page: null });
  });

  it('waits for a server that starts slowly or errs at first', async () => {
    let asked = 0;
    const good = serving((_, response) => response.writeHead(200).end());
    const port = await fakeServer((request, response) => {
      asked += 1;
      return asked < 3 ? response.writeHead(503).end() : good(request, response);
    });
    expect(await watch(port, 30_000)).toMatchObject({ ready: true });
  });

  const rows: readonly (readonly [string, RequestListener, object])[] = [
    ['a plain Jupyter server', (_, response) => response.writeHead(404).end(), { why: 'noHubVersion', status: 404 }],
    ['errors only', (_, response) => response.writeHead(500, singleuser).end(), { why: 'failing', status: 500 }],
    [
      'a status that is none',
      (_, response) => response.writeHead(799, singleuser).end(),
      { why: 'failing', status: 599 },
    ],
    [
      'a version of nothing but spaces',
      (_, response) => response.writeHead(200, { 'X-JupyterHub-Version': ' () ' }).end(),
      { why: 'noHubVersion' },
    ],
    [
      'a page that is an error',
      serving((_, response) => response.writeHead(500).end()),
      { why: 'pageFailing', status: 500 },
    ],
    [
      'a page that is not there',
      serving((_, response) => response.writeHead(404).end()),
      { why: 'pageFailing', status: 404 },
    ],
    [
      'a first page elsewhere that is not there',
      serving(({ url }, response) =>
        url === '/user/probe/'
          ? response.writeHead(302, { location: '/user/probe/shiny/?x=1' }).end()
          : response.writeHead(404).end(),
      ),
      { why: 'pageFailing', status: 404, page: 'shiny/' },
    ],
  ];
  it.each(rows)('is not fooled by %s', async (_, listener, expected) => {
    expect(await watch(await fakeServer(listener))).toMatchObject({ ready: false, ...expected });
  });

  it('gives up on a silent port', async () => {
    const port = await fakeServer(() => undefined);
    expect(await watch(port, 400, 200)).toMatchObject({ ready: false, why: 'silent', status: null });
  });

  it('notices that no server listens', async () => {
    expect(await watch(1)).toMatchObject({ ready: false, why: 'silent', status: null });
  });

  it('notices that a server stops after its first answers', async () => {
    const port = await fakeServer(
      serving((_, response) => {
        response.writeHead(200).end();
        servers[0]?.close();
        servers[0]?.closeAllConnections();
      }),
    );
    expect(await watch(port)).toMatchObject({ ready: false, why: 'gone' });
  });

  it('gives up on a page that redirects forever', async () => {
    const port = await fakeServer(
      serving(({ url }, response) => response.writeHead(302, { location: `${url ?? ''}x/` }).end()),
    );
    expect(await watch(port)).toMatchObject({ ready: true, page: null });
  });

  it('reads no more of an answer than it needs, and accepts only a version as one', async () => {
    const port = await fakeServer((_, response) => {
      response.writeHead(200, { 'X-JupyterHub-Version': `5.2.1 <script>${'x'.repeat(5000)}` });
      response.write('{"version":"');
      const flood = () => {
        while (!response.destroyed && response.write('9'.repeat(65_536))) {
          // Writes as fast as the client reads.
        }
      };
      response.on('drain', flood);
      flood();
    });
    const found = await watch(port);
    expect(found).toMatchObject({ ready: true, server: null });
    expect(found.ready && found.singleuser).toMatch(/^5\.2\.1scriptx{0,60}$/);
  });
});

describe('probe', { timeout: 60_000 }, () => {
  it('writes one line that can be read back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imagespec-probe-'));
    const port = await fakeServer(serving((_, response) => response.writeHead(200).end()));
    const termination = join(folder, 'termination');
    const argv = ['--port', String(port), '--hub-port', '0', '--timeout-seconds', '60', '--termination', termination];
    expect(await runProbe(argv, () => undefined)).toBe(0);
    const message = await readFile(termination, 'utf8');
    expect(Buffer.byteLength(message)).toBeLessThan(4096);
    expect(parseProbeAnswer(message)).toMatchObject({ v: 1, ready: true, singleuser: '5.2.1', hubCalls: [] });
    await rm(folder, { recursive: true });
  });

  it.each([
    [[], agentExitCodes.usage.code, '--port'],
    [['--port', '99999', '--hub-port', '1', '--timeout-seconds', '1'], agentExitCodes.usage.code, '--port'],
    [['--port', '1', '--hub-port', '1', '--timeout-seconds', 'soon'], agentExitCodes.usage.code, '--timeout-seconds'],
  ])('refuses %j', async (argv, code, words) => {
    const lines: string[] = [];
    expect(await runProbe(argv, (line) => lines.push(line))).toBe(code);
    expect(lines.join()).toContain(words);
  });

  it("reports that the Hub's port is taken", async () => {
    const taken = await fakeServer(() => undefined);
    const lines: string[] = [];
    const argv = ['--port', '1', '--hub-port', String(taken), '--timeout-seconds', '1'];
    expect(await runProbe(argv, (line) => lines.push(line))).toBe(agentExitCodes.hubPortTaken.code);
    expect(lines.join()).toContain('EADDRINUSE');
  });
});

describe('parseProbeAnswer', () => {
  it.each([
    '',
    'null',
    '{"v":1,"ready":true}',
    '{"v":2,"ready":false,"why":"silent","status":null,"ms":1,"hubCalls":[]}',
    '{"v":1,"ready":false,"why":"bored","status":null,"ms":1,"hubCalls":[]}',
    `{"v":1,"ready":true,"status":200,"singleuser":"${'5'.repeat(65)}","server":null,"ms":1,"page":200,"hubCalls":[]}`,
    '{"v":1,"ready":true,"status":200,"singleuser":"5;rm","server":null,"ms":1,"page":200,"hubCalls":[]}',
  ])('rejects %j as an answer', (message) => {
    expect(parseProbeAnswer(message)).toBeUndefined();
  });
});
