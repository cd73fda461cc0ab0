import { type Failure, failureOf } from '../api/failure.ts';
import type { ImageSpecSpec } from '../api/imagespec.generated.ts';
import { failed, ok, type Result } from '../api/result.ts';
import type { Config } from '../config/schema.ts';
import { parseReference } from '../oci/reference.ts';
import { readPackages } from '../packages/fields.ts';
import type { BaseChoice, NameValue, Source } from './effective.ts';

/** What a spec builds from, every entry checked by its grammar. Fails with all faults, one to a line. */
export function sourceOf(spec: ImageSpecSpec, config: Config): Result<Source, Failure> {
  if (spec.dockerfile !== undefined) {
    return ok({ is: 'dockerfile', text: spec.dockerfile });
  }
  const base = baseOf(spec);
  if (base === undefined) {
    return invalid(['set exactly one of spec.baseImage, spec.baseImageSpecRef and spec.dockerfile']);
  }
  const tooLong = tooLongFor(spec);
  if (tooLong !== null) {
    return failed(tooLong);
  }
  const packages = readPackages(spec.packages ?? {}, config);
  const faults = [...baseFaults(base), ...packages.faults, ...valueFaults(spec.env)];
  if (faults.length > 0) {
    return invalid(faults);
  }
  return ok({
    is: 'packages',
    base,
    ...packages.fields,
    credentialsSecret: spec.packages?.credentialsSecret ?? null,
    env: nameValues(spec.env),
  });
}

/** The longest Dockerfile, in bytes: it rides in an annotation, of which a Pod may have 256 KiB in all. */
export const longestRendered = 200 * 1024;

/** The failure of a spec whose entries no Dockerfile can hold; null: they may fit. */
export function tooLongFor(spec: ImageSpecSpec): Failure | null {
  const least = leastBytes(spec);
  return least <= longestRendered
    ? null
    : failureOf(
        'InvalidSpec',
        `spec.packages: the packages and variables make a Dockerfile of at least ${least} bytes, and ${longestRendered} are the most; build in two steps, the second on the image of the first`,
      );
}

/**
 * What the entries of a spec come to at least in a Dockerfile: looked at before any grammar, so that the grammars read no
 * more than fits. An entry that stands twice is installed once.
 */
function leastBytes({ packages = {}, env = [] }: ImageSpecSpec): number {
  const lists = Object.values(packages).map((list) => new Set<string>(Array.isArray(list) ? list : []));
  let bytes = 0;
  for (const texts of [...lists, env.map(({ value }) => value)]) {
    for (const text of texts) {
      bytes += Buffer.byteLength(text, 'utf8');
    }
  }
  return bytes;
}

function baseOf({ baseImage, baseImageSpecRef }: ImageSpecSpec): BaseChoice | undefined {
  if (baseImage !== undefined) {
    return { is: 'image', reference: baseImage };
  }
  return baseImageSpecRef === undefined ? undefined : { is: 'imageSpec', name: baseImageSpecRef.name };
}

function baseFaults(base: BaseChoice): readonly string[] {
  if (base.is === 'imageSpec') {
    return [];
  }
  const reference = parseReference(base.reference);
  return reference.ok ? [] : [`spec.baseImage: ${reference.message}`];
}

/** A list of names and values without what else a resource may hold. */
export function nameValues(list: readonly NameValue[] | undefined): readonly NameValue[] {
  return (list ?? []).map(({ name, value }) => ({ name, value }));
}

/** A Dockerfile has no way to write a line break into a variable: it would start another instruction. */
function valueFaults(env: readonly NameValue[] | undefined): readonly string[] {
  return (env ?? []).flatMap(({ value }, index) =>
    /[\u0000-\u0008\u000A-\u001F\u007F]/.test(value)
      ? [
          `spec.env[${index}].value: a line break or control character cannot stand in a variable of an image; write one line`,
        ]
      : [],
  );
}

const shownFaults = 20;

/** Reports all faults together, so that the user can fix them in one edit. */
function invalid(faults: readonly string[]): { readonly ok: false; readonly failure: Failure } {
  const more = faults.length > shownFaults ? [`and ${faults.length - shownFaults} more`] : [];
  return failed(failureOf('InvalidSpec', [...faults.slice(0, shownFaults), ...more].join('\n')));
}
