import { get } from 'node:https';

/**
 * The status code and body of an https answer.
 *
 * @param ca PEM of the authority that signed the server's certificate.
 * @param client certificate and key in PEM of whom to ask as.
 * @throws when there is no answer within two seconds.
 */
export async function httpsGet(
  url: string,
  ca: string,
  client: { readonly certificate: string; readonly key: string },
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const options = { ca, cert: client.certificate, key: client.key, agent: false, timeout: 2000 };
    const request = get(url, options, (response) => {
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
