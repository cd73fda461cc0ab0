import { type Failure, failureOf, joinedFailures } from '../api/failure.ts';
import { failed, ok, type Result } from '../api/result.ts';
import type { Config } from '../config/schema.ts';
import type { EffectiveSpec } from '../imagespec/effective.ts';
import { extended, extendedNames, longestBaseEnv } from '../imagespec/env/extension.ts';
import { baseImageFault } from '../imagespec/policy/repositories.ts';
import { type Asked, resolveSpec } from '../imagespec/resolveSpec.ts';
import { longestRendered, tooLongFor } from '../imagespec/size.ts';
import { nameValues } from '../imagespec/source.ts';
import { parseReference } from '../oci/reference.ts';
import { type BaseImages, baseImages } from './own/images.ts';
import { longestLine } from './reading/lines.ts';
import { render } from './render.ts';

/** A resolved spec and the images that it starts from. */
export interface Plan extends BaseImages {
  readonly spec: EffectiveSpec;
}

/**
 * All that a resource says by itself: what is wanted, or why it cannot be. It never throws: a fault of a
 * parser is the end of this resource, and of no other.
 */
export function planOf(asked: Asked, config: Config): Result<Plan, Failure> {
  const tooLong = tooLongFor(asked.spec);
  return tooLong === null ? planOfBounded(asked, config) : failed(tooLong);
}

/** The same for a spec that `tooLongFor` has let pass. */
export function planOfBounded(asked: Asked, config: Config): Result<Plan, Failure> {
  const [reason, place] =
    asked.spec.dockerfile === undefined
      ? (['InvalidSpec', 'spec'] as const)
      : (['DockerfileInvalid', 'spec.dockerfile line 1'] as const);
  try {
    return planned(asked, config);
  } catch (error) {
    return failed(
      failureOf(
        reason,
        `${place}: the operator cannot read it, which is a fault of the operator (${error instanceof Error ? error.name : 'unknown'}); report it, and write it otherwise`,
      ),
    );
  }
}

function planned(asked: Asked, config: Config): Result<Plan, Failure> {
  const spec = resolveSpec(asked, config);
  const images = imagesOf(asked, spec);
  if (!spec.ok || !images.ok) {
    return failed(joinedFailures([spec, images].flatMap((part) => (part.ok ? [] : [part.failure]))));
  }
  const place = spec.value.source.is === 'packages' ? 'spec.baseImage' : 'spec.dockerfile';
  const faults = images.value.images.flatMap((image) => {
    const reference = parseReference(image);
    return (reference.ok ? baseImageFault(place, reference.value, asked, config) : reference.message) ?? [];
  });
  if (faults.length > 0) {
    return failed(failureOf('PolicyViolation', faults.join('\n')));
  }
  const { upstream } = images.value;
  const tooLarge = sizeFault(spec.value, upstream === null ? images.value.images : [longestImage]);
  return tooLarge === undefined ? ok({ spec: spec.value, ...images.value }) : failed(tooLarge);
}

/** The images that a spec starts from; a Dockerfile is read although the rest of the spec has faults. */
function imagesOf({ spec }: Asked, resolved: Result<EffectiveSpec, Failure>): Result<BaseImages, Failure> {
  if (resolved.ok) {
    return baseImages(resolved.value.source, resolved.value.args);
  }
  return spec.dockerfile === undefined
    ? resolved
    : baseImages({ is: 'dockerfile', text: spec.dockerfile }, nameValues(spec.build?.args));
}

/** Stands for the image of another ImageSpec, which the plan does not know: as long as `status.image` may be. */
const longestImage = 'x'.repeat(512);

/** Below this no rendering of packages comes near the limits: quoting at most doubles a text, but for single quotes, which are rare. */
const smallSource = 30_000;

/** Why the rendered Dockerfile would not fit. The operator reports this before it creates a Job. */
function sizeFault(spec: EffectiveSpec, images: readonly string[]): Failure | undefined {
  // A digest makes a line of a user's Dockerfile ten times as long, so each one is measured, however small.
  const isSmall = Buffer.byteLength(JSON.stringify({ source: spec.source, args: spec.args }), 'utf8') < smallSource;
  if (spec.source.is === 'packages' && isSmall && extendedNames(spec).length === 0) {
    return undefined;
  }
  const placeholder = images.map((image) => ({ image, digest: `sha256:${'0'.repeat(64)}`, user: '' }));
  const largest = extended(spec, { image: '', digest: '', user: '', env: longestBaseEnv(spec) });
  const text = render(largest, placeholder);
  const bytes = Buffer.byteLength(text, 'utf8');
  const long = text.split('\n').find((line) => Buffer.byteLength(line, 'utf8') > longestLine);
  if (long !== undefined && spec.source.is === 'packages') {
    const name = /^ENV ([^=]*)=/.exec(long)?.[1];
    const place = name === undefined ? 'spec.packages' : `spec.env "${name}"`;
    return failureOf(
      'InvalidSpec',
      `${place}: makes a line of more than ${longestLine} bytes, which the builder does not read; shorten it`,
    );
  }
  const [reason, what] =
    spec.source.is === 'packages'
      ? (['InvalidSpec', 'spec.packages: the packages and variables make'] as const)
      : (['DockerfileInvalid', 'spec.dockerfile line 1: the stages and build arguments make'] as const);
  return bytes <= longestRendered
    ? undefined
    : failureOf(
        reason,
        `${what} a Dockerfile of ${bytes} bytes, and ${longestRendered} are the most; build in two steps, the second on the image of the first`,
      );
}
