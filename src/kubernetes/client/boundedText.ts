import type { ResponseContext } from '@kubernetes/client-node';

/**
 * Of a response that is read whole, in bytes: parsed, it takes several times as much. The largest object has 1.5 MiB (etcd's
 * default limit of a request).
 */
export const longestResponse = 16_777_216;

/** The API server's response exceeds the bound: ask for less. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/**
 * Reads a body up to the bound. The bound counts unpacked bytes, because a few kilobytes can unpack to gigabytes.
 * @param path of the request, for the error
 * @throws ResponseTooLargeError
 */
export async function boundedText(body: ResponseContext['body'], path: string): Promise<string> {
  const stream: AsyncIterable<Uint8Array> | null = body.stream();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    bytes += chunk.byteLength;
    if (bytes > longestResponse) {
      // Leaving the loop cancels the stream.
      throw new ResponseTooLargeError(`GET ${path}: the response is larger than ${longestResponse} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
