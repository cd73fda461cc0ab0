import type { Base, EffectiveSpec, NameValue } from '../effective.ts';

/** How many variables of one spec may extend the base's, and how often in all: a value of a base is written so often. */
const mostExtended = 16;
const mostReferences = 32;

/** The most of a base's value, in characters, and its grammar: it is written into a Dockerfile, and its author is anyone. */
const baseValue = /^[\u0020-\u007E]{0,4096}$/;

/** A value of one variable, parted where it refers to that variable itself: `$NAME` and `${NAME}`. Everything else is literal. */
function partsOf({ name, value }: NameValue): readonly string[] {
  return /^[A-Za-z_]\w*$/.test(name) ? value.split(new RegExp(`\\$(?:${name}(?!\\w)|\\{${name}\\})`)) : [value];
}

/** Names of the variables whose values extend the base's. */
export function extendedNames({ source }: Pick<EffectiveSpec, 'source'>): readonly string[] {
  return source.is === 'packages' ? extending(source.env).map(({ name }) => name) : [];
}

function extending(env: readonly NameValue[]): readonly NameValue[] {
  return env.filter((variable) => partsOf(variable).length > 1);
}

/** Why these variables extend too much. */
export function extensionFaults(env: readonly NameValue[]): readonly string[] {
  const found = extending(env);
  const references = found.reduce((sum, variable) => sum + partsOf(variable).length - 1, 0);
  return found.length > mostExtended || references > mostReferences
    ? [
        `spec.env: ${found.length} variables refer to the base's value ${references} times; at most ${mostExtended} may, ${mostReferences} times in all`,
      ]
    : [];
}

/**
 * The variables with the base's values in them. A variable that the base does not have is empty there, as in a Dockerfile.
 * @param base what the registry says of it, for exactly the names in `extendedNames`
 */
export function extended(spec: EffectiveSpec, base: Base | null): EffectiveSpec {
  const { source } = spec;
  if (source.is !== 'packages' || extending(source.env).length === 0) {
    return spec;
  }
  const known = results.get(spec);
  const of = JSON.stringify(base?.env ?? []);
  if (known?.of === of) {
    return known.spec;
  }
  const values = new Map((base?.env ?? []).map(({ name, value }) => [name, value]));
  const env = source.env.map((variable) => ({
    name: variable.name,
    value: partsOf(variable).join(values.get(variable.name) ?? ''),
  }));
  const result: EffectiveSpec = { ...spec, source: { ...source, env } };
  results.set(spec, { of, spec: result });
  return result;
}

/** The last result of each spec: what is known of a spec, such as its hash, hangs on the object. */
const results = new WeakMap<EffectiveSpec, { readonly of: string; readonly spec: EffectiveSpec }>();

/** The longest values that a base can give, for whoever must know how large a Dockerfile can become. */
export function longestBaseEnv(spec: Pick<EffectiveSpec, 'source'>): readonly NameValue[] {
  return extendedNames(spec).map((name) => ({ name, value: 'x'.repeat(4096) }));
}

/** The base's variables of these names, as `NAME=VALUE` in its configuration; '' for one that it lacks. */
export function baseEnv(names: readonly string[], env: readonly string[]): readonly NameValue[] {
  return names.map((name) => ({
    name,
    value: env.findLast((text) => text.startsWith(`${name}=`))?.slice(name.length + 1) ?? '',
  }));
}

/** Whether a value of a base may be written into a Dockerfile and a status. */
export function isBaseValue({ name, value }: NameValue): boolean {
  return /^[A-Za-z_]\w{0,255}$/.test(name) && baseValue.test(value);
}

/** Whether a base that was kept has the values of all these names. */
export function knowsValues({ env = [] }: Base, names: readonly string[]): boolean {
  return names.every((name) => env.some((variable) => variable.name === name));
}

/** References that a shell would read and that stay as they are written: another variable, or the home folder. */
export function literalReferences(env: readonly NameValue[]): readonly string[] {
  return env.flatMap(({ name, value }, index) => {
    const rest = partsOf({ name, value }).join(' ');
    const found =
      /\$(?:[A-Z_][A-Z0-9_]+(?!\w)|\{[A-Za-z_]\w*\})/.exec(rest)?.[0] ?? /(?:^|:)(~)(?=\/|:|$)/.exec(rest)?.[1];
    return found === undefined
      ? []
      : [
          `spec.env[${index}] "${name}": ${found.slice(0, 64)} stays as it is written; only $${name} stands for a value, the base's; write the path itself`,
        ];
  });
}
