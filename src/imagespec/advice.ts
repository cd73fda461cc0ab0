import type { EffectiveSpec, NameValue } from './effective.ts';
import { literalReferences } from './env/extension.ts';

/** Variables that package managers read while they install. In the image they would only change what its users install later. */
const installTime = /^(?:PIP|CONDA)_/;
const shown = 3;

/** Warnings about values that are allowed but probably a mistake, one sentence each. The build goes on. */
export function adviceOf({ source }: Pick<EffectiveSpec, 'source'>): readonly string[] {
  return source.is === 'dockerfile'
    ? []
    : [...installTimeAdvice(source.env), ...literalReferences(source.env).slice(0, shown)];
}

function installTimeAdvice(env: readonly NameValue[]): readonly string[] {
  const places = env.flatMap(({ name }, index) => (installTime.test(name) ? [`spec.env[${index}] "${name}"`] : []));
  if (places.length === 0) {
    return [];
  }
  const more = places.length > shown ? ` and ${places.length - shown} more` : '';
  return [
    `${places.slice(0, shown).join(', ')}${more}: matters only while packages are installed, and stays in the image; use spec.build.args for that`,
  ];
}
