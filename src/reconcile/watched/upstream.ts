import { keyOf } from '../../kubernetes/object.ts';
import type { Upstream } from '../../lifecycle/model/observation.ts';
import { formatRepository, parseReference } from '../../oci/reference.ts';
import type { SeenImageSpec } from './projections.ts';

/** The operator treats longer chains as cycles: users do not stack this many images. */
const longestChain = 64;

/** The image of the ImageSpec that this one builds on, and whether the chain leads back. */
export function upstreamOf(
  { self, spec }: Pick<SeenImageSpec, 'self' | 'spec'>,
  find: (key: string) => SeenImageSpec | undefined,
): Upstream {
  const first = spec.baseImageSpecRef?.name;
  if (first === undefined) {
    return { is: 'none' };
  }
  const chain = [self.name];
  let next: string | undefined = first;
  while (next !== undefined) {
    chain.push(next);
    if (next === self.name || chain.length > longestChain) {
      return { is: 'cycle', chain };
    }
    next = find(keyOf(self.namespace, next))?.spec.baseImageSpecRef?.name;
    // The ImageSpecs of a cycle further up report it themselves; for this one the cycle is a base without an image.
    if (next !== undefined && next !== self.name && chain.includes(next)) {
      break;
    }
  }
  const base = find(keyOf(self.namespace, first));
  const image = parseReference(base?.status.image ?? '');
  if (!image.ok || image.value.digest === null) {
    const what = base === undefined ? 'does not exist' : 'has no image yet';
    return {
      is: 'absent',
      message: `ImageSpec "${first}" ${what} in namespace ${self.namespace}; the build waits for it`,
    };
  }
  return { is: 'ready', repository: formatRepository(image.value), digest: image.value.digest };
}
