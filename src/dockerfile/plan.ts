import { type Failure, failureOf } from '../api/failure.ts';
import { failed, ok, type Result } from '../api/result.ts';
import type { Config } from '../config/schema.ts';
import { parseReference } from '../oci/reference.ts';
import type { EffectiveSpec } from '../spec/effective.ts';
import { baseImageFault } from '../spec/policy.ts';
import { type Asked, resolveSpec } from '../spec/resolveSpec.ts';
import { baseImages } from './own.ts';

/** A resolved spec and the images that it starts from. */
export interface Plan {
  readonly spec: EffectiveSpec;
  readonly images: readonly string[];
}

/** All that can be said of a resource without asking anybody: what is wanted, or why it cannot be. */
export function planOf(asked: Asked, config: Config): Result<Plan, Failure> {
  const spec = resolveSpec(asked, config);
  if (!spec.ok) {
    return spec;
  }
  const images = baseImages(spec.value.source);
  if (!images.ok) {
    return images;
  }
  const place = spec.value.source.is === 'packages' ? 'spec.baseImage' : 'spec.dockerfile';
  for (const image of images.value) {
    const reference = parseReference(image);
    const fault = reference.ok ? baseImageFault(place, reference.value, asked, config) : reference.message;
    if (fault !== undefined) {
      return failed(failureOf('PolicyViolation', fault));
    }
  }
  return ok({ spec: spec.value, images: images.value });
}
