import { type Failure, failureOf } from '../api/failure.ts';
import type { ImageSpecSpec } from '../api/imagespec.generated.ts';

/** The longest Dockerfile, in bytes: it rides in an annotation, of which a Pod may have 256 KiB in all. */
export const longestRendered = 200 * 1024;

/** The longest texts of a spec in all, in bytes. The fields' own bounds allow as much as the API server stores, 1.5 MB. */
export const longestSpec = 512 * 1024;

/**
 * The failure of a spec that is too large; null: it is not. Answered before any grammar reads an entry, and before a spec is
 * kept in memory.
 */
export function tooLongFor(spec: ImageSpecSpec): Failure | null {
  const message = sizeFault(spec);
  return message === undefined ? null : failureOf('InvalidSpec', message);
}

function sizeFault(spec: ImageSpecSpec): string | undefined {
  const { packages = {}, env = [], dockerfile = '', build, verify = [] } = spec;
  const lists = Object.values(packages).map((list: string | readonly string[]) =>
    typeof list === 'string' ? [list] : list,
  );
  const values = env.map(({ value }) => value);
  // An entry that stands twice is installed once.
  const least = bytesOf([...lists.map((list) => new Set(list)), values]);
  if (least > longestRendered) {
    return `spec.packages: the packages and variables make a Dockerfile of at least ${least} bytes, and ${longestRendered} are the most; build in two steps, the second on the image of the first`;
  }
  const args = (build?.args ?? []).map(({ value }) => value);
  const bytes = bytesOf([...lists, values, args, [dockerfile], ...verify.map(({ command }) => command)]);
  return bytes > longestSpec
    ? `spec: its texts have ${bytes} bytes, and ${longestSpec} are the most; shorten build.args and the commands of verify`
    : undefined;
}

function bytesOf(texts: readonly Iterable<string>[]): number {
  let bytes = 0;
  for (const list of texts) {
    for (const text of list) {
      bytes += Buffer.byteLength(text, 'utf8');
    }
  }
  return bytes;
}

/** A spec with what makes it too large left empty: what is kept of one that is refused for its size. */
export function withoutTexts(spec: ImageSpecSpec): ImageSpecSpec {
  return { ...spec, packages: {}, env: [], dockerfile: '', verify: [], build: {} };
}
