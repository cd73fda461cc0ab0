import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';

/** What a server said. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** PEM of the authority that signed the server's certificate, and of the client's certificate and key if it has one. */
export interface Trust {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
}

const timeout = 2000;

/** @throws when there is no answer within two seconds. */
export async function httpGet(url: string): Promise<Answer> {
  return answerOf(url, (answered) => get(url, { agent: false, timeout }, answered));
}

/** @throws when there is no answer within two seconds. */
export async function httpsGet(url: string, trust: Trust): Promise<Answer> {
  return answerOf(url, (answered) => getSecurely(url, { ...trust, agent: false, timeout }, answered));
}

async function answerOf(
  url: string,
  send: (answered: (response: IncomingMessage) => void) => ReturnType<typeof get>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = send((response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    request.on('timeout', () => request.destroy(new Error(`no answer from ${url}`)));
    request.on('error', reject);
  });
}
