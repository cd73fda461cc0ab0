import { formatReference, type Reference } from './reference.ts';

/** Where a mirror has an image. */
export interface MirroredImage {
  /** `host` or `host:port` of the API. */
  readonly host: string;
  /** Path in the mirror: that of its project, then the image's own. */
  readonly repository: string;
}

/**
 * Where a mirror has an image: `HOST/PATH` has it under PATH and the image's own path, as Kaniko's `--registry-map` does. Harbor,
 * Artifactory and the pull-through cache of ECR serve other registries so.
 */
export function mirrored({ repository }: Pick<Reference, 'repository'>, mirror: string): MirroredImage {
  const [host = '', ...path] = mirror.split('/');
  return { host, repository: [...path, repository].join('/') };
}

/** The mirror's own name of an image, by digest. */
export function mirroredReference(reference: Reference, mirror: string, digest: string): string {
  const { host, repository } = mirrored(reference, mirror);
  return formatReference({ registry: host, repository, tag: null, digest });
}
