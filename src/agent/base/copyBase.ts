import { formatReference, hostOf, parseReference, type Repository } from '../../oci/reference.ts';
import { type CraneResult, runCrane } from '../crane.ts';
import type { BaseImage } from './baseImage.ts';

const outputBytes = 65_536;

/**
 * Brings the layers of a base into the repository of the output, where it names no tag. Within one registry crane asks it to
 * mount them, and across registries it streams them; nothing is stored here.
 *
 * @returns the last run of crane; undefined: the base is in that repository already
 */
export async function copyBase(
  { base, places }: Pick<BaseImage, 'base' | 'places'>,
  to: Repository,
  plain: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<CraneResult | undefined> {
  const sources = [...new Set([...places.filter((place) => hostOf(place) === to.registry), base, ...places])];
  let last: CraneResult | undefined;
  for (const source of sources) {
    const parsed = parseReference(source);
    if (!parsed.ok || parsed.value.digest === null) {
      continue;
    }
    const { registry, repository, digest } = parsed.value;
    if (registry === to.registry && repository === to.repository) {
      return undefined;
    }
    const target = formatReference({ ...to, tag: null, digest });
    last = await runCrane(['copy', source, target, ...plain], env, { outputBytes, timeoutMs: null });
    if (last.exitCode === 0) {
      return last;
    }
  }
  return last;
}
