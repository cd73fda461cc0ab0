import { type Failure, failureOf } from '../api/failure.ts';
import type { ImageSpecSpec } from '../api/imagespec.generated.ts';
import { failed, ok, type Result } from '../api/result.ts';
import type { Config } from '../config/schema.ts';
import { parseReference } from '../oci/reference.ts';
import { packageManagers } from '../packages/manager.ts';
import { channelFault, packageFault } from '../packages/packageFault.ts';
import { quoted } from '../packages/quote.ts';
import { textFault } from '../packages/textFault.ts';
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
  const indexes = (spec.packages?.pipIndexes ?? []).map((entry, index) => resolvedIndex(entry, index, config));
  const faults = [
    ...baseFaults(base),
    ...packageManagers.flatMap((manager) =>
      faultsOf(`spec.packages.${manager}`, spec.packages?.[manager], (entry) => packageFault(manager, entry)),
    ),
    ...faultsOf('spec.packages.condaChannels', spec.packages?.condaChannels, channelFault),
    ...indexes.flatMap((index) => (index.ok ? [] : [index.failure])),
    ...valueFaults(spec.env),
  ];
  if (faults.length > 0) {
    return invalid(faults);
  }
  return ok({
    is: 'packages',
    base,
    apt: spec.packages?.apt ?? [],
    conda: spec.packages?.conda ?? [],
    condaChannels: spec.packages?.condaChannels ?? [],
    pip: spec.packages?.pip ?? [],
    pipIndexes: indexes.flatMap((index) => (index.ok ? [index.value] : [])),
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

function faultsOf(
  place: string,
  entries: readonly string[] | undefined,
  faultOf: (entry: string) => string | undefined,
): readonly string[] {
  return (entries ?? []).flatMap((entry, index) => {
    const fault = faultOf(entry);
    return fault === undefined ? [] : [`${place}[${index}]: ${fault}`];
  });
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

/** An index by its name in the configuration, or an https URL. */
function resolvedIndex(entry: string, index: number, { pipIndexes }: Config): Result<string, string> {
  const place = `spec.packages.pipIndexes[${index}]`;
  const text = textFault(entry);
  if (text !== undefined) {
    return failed(`${place}: ${quoted(entry)} ${text}`);
  }
  if (!entry.includes('://')) {
    const known = pipIndexes.find(({ name }) => name === entry);
    const all = pipIndexes.map(({ name }) => name).join(', ');
    return known === undefined
      ? failed(
          `${place}: ${quoted(entry)} is no index of the operator's configuration; use ${all === '' ? 'an https URL' : `one of ${all}, or an https URL`}`,
        )
      : ok(known.url);
  }
  const [, scheme = '', authority = '', path = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/.exec(entry) ?? [];
  if (authority.includes('@')) {
    // Not quoted: what stands before the "@" may be a password.
    return failed(`${place}: the URL holds a credential; put it into the Secret that packages.credentialsSecret names`);
  }
  return scheme.toLowerCase() === 'https' &&
    /^[A-Za-z0-9.-]{1,253}(:\d{1,5})?$/.test(authority) &&
    /^(\/[A-Za-z0-9_.~%+-]*)*$/.test(path)
    ? ok(entry)
    : failed(
        `${place}: ${quoted(entry)} is no https URL of an index; write one such as https://pypi.example.com/simple`,
      );
}

const shownFaults = 20;

/** All faults at once, so that nobody mends them one by one. */
function invalid(faults: readonly string[]): { readonly ok: false; readonly failure: Failure } {
  const more = faults.length > shownFaults ? [`and ${faults.length - shownFaults} more`] : [];
  return failed(failureOf('InvalidSpec', [...faults.slice(0, shownFaults), ...more].join('\n')));
}
