import { z } from 'zod';
import { digestOfBytes } from '../../../src/oci/digest.ts';

const descriptor = z.object({ digest: z.string() });
const manifestSchema = z.object({ mediaType: z.string(), config: descriptor, layers: z.array(descriptor) });

/** The image that everything starts from. In place of a build, its copies are the built images. */
export class BaseImage {
  static readonly repository = 'bench/base';
  /** `host:port` of its registry, which speaks plain HTTP. */
  readonly host: string;
  readonly reference: string;
  readonly digest: string;
  readonly #bytes: string;
  readonly #manifest: z.output<typeof manifestSchema>;

  private constructor(host: string, reference: string, bytes: string) {
    this.host = host;
    this.reference = reference;
    this.digest = digestOfBytes(Buffer.from(bytes));
    this.#bytes = bytes;
    this.#manifest = manifestSchema.parse(JSON.parse(bytes));
  }

  static async read(host: string, reference: string): Promise<BaseImage> {
    const answer = await fetch(`http://${host}/v2/${this.repository}/manifests/1`, {
      headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
    });
    if (!answer.ok) throw new Error(`${reference}: HTTP ${answer.status}`);
    return new BaseImage(host, reference, await answer.text());
  }

  /** Puts the image into a repository of the same registry under a tag; its blobs are mounted, not moved. */
  async copyTo(repository: string, tag: string): Promise<void> {
    const there = `http://${this.host}/v2/${repository}`;
    for (const { digest } of [this.#manifest.config, ...this.#manifest.layers]) {
      await expectStatus(201, `${there}/blobs/uploads/?mount=${digest}&from=${BaseImage.repository}`, {
        method: 'POST',
      });
    }
    await expectStatus(201, `${there}/manifests/${tag}`, {
      method: 'PUT',
      headers: { 'content-type': this.#manifest.mediaType },
      body: this.#bytes,
    });
  }
}

async function expectStatus(status: number, url: string, init: RequestInit): Promise<void> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (answer.status !== status) {
    throw new Error(`${init.method} ${url}: ${answer.status} ${text.slice(0, 300)}`);
  }
}
