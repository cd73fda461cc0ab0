import type { Crane } from '../crane.ts';
import { type Architecture, type BaseImage, baseImageOf } from '../oci/image.ts';

/** An image of the Dockerfile at the digest that its tag has now. */
export interface Base {
  /** As the Dockerfile names it, without a digest. */
  readonly name: string;
  readonly digest: string;
  /** Where it is read from: the repository of `name`, or of its stand-in. */
  readonly repository: string;
  readonly is: 'real' | 'stand-in';
}

/**
 * The digest that each image's tag has now. A digest is never taken from elsewhere: an image whose registry does not answer
 * cannot be in a release.
 *
 * @param standIns gives the host of a registry that has stand-ins; called only where an image cannot be had, with the reason.
 */
export async function resolveBases(
  crane: Crane,
  images: readonly string[],
  standIns: (why: string) => Promise<string>,
): Promise<readonly Base[]> {
  const bases: Base[] = [];
  for (const name of images) {
    const real = await crane.text(['digest', name]).then(
      (digest) => ({ is: 'found', digest: digest.trim() }) as const,
      (error: Error) => ({ is: 'absent', why: error.message }) as const,
    );
    if (real.is === 'found') {
      bases.push({ name, digest: real.digest, repository: repositoryOf(name), is: 'real' });
      continue;
    }
    const local = `${await standIns(`${name}: ${real.why}`)}/${name.slice(name.indexOf('/') + 1)}`;
    const digest = (await crane.text(['digest', local])).trim();
    bases.push({ name, digest, repository: repositoryOf(local), is: 'stand-in' });
  }
  return bases;
}

function repositoryOf(reference: string): string {
  return reference.slice(0, reference.lastIndexOf(':'));
}

/** Manifest and config of the base for one processor. */
export async function readBase(
  crane: Crane,
  { repository, digest }: Base,
  architecture: Architecture,
): Promise<BaseImage> {
  const reference = `${repository}@${digest}`;
  const platform = `--platform=linux/${architecture}`;
  const [manifest, config] = [
    await crane.text(['manifest', platform, reference]),
    await crane.text(['config', platform, reference]),
  ];
  const base = baseImageOf(JSON.parse(manifest), JSON.parse(config));
  if (base.config.architecture !== architecture) {
    throw new Error(`${reference} has no image for linux/${architecture}, but one for ${base.config.architecture}`);
  }
  return base;
}
