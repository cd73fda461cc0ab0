import type { Failure } from '../api/failure.ts';
import { ok, type Result } from '../api/result.ts';
import type { Config } from '../config/schema.ts';
import type { EffectiveSpec } from '../spec/effective.ts';
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
  return images.ok ? ok({ spec: spec.value, images: images.value }) : images;
}
