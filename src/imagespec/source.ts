import { type Failure, failureOf } from '../api/failure.ts';
import type { ImageSpecSpec } from '../api/imagespec.generated.ts';
import { failed, ok, type Result } from '../api/result.ts';
import type { Config } from '../config/schema.ts';
import { parseReference } from '../oci/reference.ts';
import { readPackages } from '../packages/fields.ts';
import type { BaseChoice, NameValue, Source } from './effective.ts';
import { extensionFaults } from './env/extension.ts';

/** What a spec builds from, every entry checked by its grammar. Fails with all faults, one to a line. */
export function sourceOf(spec: ImageSpecSpec, config: Config): Result<Source, Failure> {
  if (spec.dockerfile !== undefined) {
    return ok({ is: 'dockerfile', text: spec.dockerfile });
  }
  const base = baseOf(spec);
  if (base === undefined) {
    return invalid(['set exactly one of spec.baseImage, spec.baseImageSpecRef and spec.dockerfile']);
  }
  const packages = readPackages(spec.packages ?? {}, config);
  const faults = [
    ...baseFaults(base),
    ...packages.faults,
    ...valueFaults(spec.env),
    ...extensionFaults(spec.env ?? []),
  ];
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
