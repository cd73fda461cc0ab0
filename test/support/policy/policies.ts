import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import type { Config } from '../../../src/config/schema.ts';
import type { EffectiveSpec } from '../../../src/imagespec/effective.ts';
import { resolveSpec } from '../../../src/imagespec/resolveSpec.ts';

/** The configuration of these settings, written in YAML. */
export function configWith(settings: string): Config {
  const config = parseConfig(`images: {operator: registry.example.com/operator:1}\n${settings}`);
  if (!config.ok) {
    throw new Error(config.failure);
  }
  return config.value;
}

/** An ImageSpec of these fields on a base, in a namespace. */
export interface Request {
  readonly spec?: Partial<ImageSpecSpec>;
  readonly namespace?: string;
  readonly name?: string;
  readonly config: Config;
}

function resolved({ spec = {}, namespace = 'vision', name = 'astro', config }: Request) {
  const base = spec.dockerfile === undefined ? { baseImage: 'quay.io/jupyter/minimal-notebook' } : {};
  const output =
    config.output.repositoryTemplate === null ? { output: { repository: 'registry.example.com/vision/astro' } } : {};
  return resolveSpec({ namespace, name, spec: { ...base, ...output, ...spec } }, config);
}

/** The reason and the message with which the operator refuses an ImageSpec; '' where it takes it. */
export function refusalOf(request: Request): string {
  const spec = resolved(request);
  return spec.ok ? '' : `${spec.failure.reason} ${spec.failure.message}`;
}

/**
 * What an ImageSpec comes to.
 * @throws where the operator refuses it
 */
export function effectiveOf(request: Request): EffectiveSpec {
  const spec = resolved(request);
  if (!spec.ok) {
    throw new Error(spec.failure.message);
  }
  return spec.value;
}
