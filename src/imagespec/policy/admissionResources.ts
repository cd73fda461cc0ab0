import type { Config } from '../../config/schema.ts';
import { type AdmissionRule, has, list, text } from './cel.ts';
import { ordinaryResources } from './resources.ts';
import { useOneOf } from './words.ts';

/** `resourcesFault` in CEL. */
export function resourceRules(config: Config): readonly AdmissionRule[] {
  return [...rulesOf('requests', config), ...rulesOf('limits', config)];
}

function rulesOf(kind: 'requests' | 'limits', { build, policy }: Config): readonly AdmissionRule[] {
  return [
    ...Object.entries(build.ceilings.resources).flatMap(([name, most]) =>
      most === undefined ? [] : ceiling(kind, name, most),
    ),
    names(kind, policy.extendedResources),
    ...policy.extendedResources.flatMap(({ name, maximum }) =>
      maximum === null
        ? []
        : [amountRule(kind, name, maximum, `: policy.extendedResources allows ${maximum} of ${name} at most, not `)],
    ),
  ];
}

function ceiling(kind: 'requests' | 'limits', name: string, most: string): readonly AdmissionRule[] {
  const allows = `.${name}: build.ceilings.resources allows ${most} at most, `;
  const { amount, isThere } = fieldOf(kind, name);
  const none = {
    expression: `!(${isThere}) || quantity(string(${amount})).compareTo(quantity('0')) > 0`,
    messageExpression: `${text(`spec.build.resources.${kind}${allows}and `)} + string(${amount}) + ' means no limit; write a limit'`,
  };
  return [amountRule(kind, name, most, `${allows}not `), ...(kind === 'limits' ? [none] : [])];
}

function amountRule(kind: 'requests' | 'limits', name: string, most: string, message: string): AdmissionRule {
  const { amount, isThere } = fieldOf(kind, name);
  return {
    expression: `!(${isThere}) || quantity(string(${amount})).compareTo(quantity(${text(most)})) <= 0`,
    messageExpression: `${text(`spec.build.resources.${kind}${message}`)} + string(${amount})`,
  };
}

function names(kind: 'requests' | 'limits', allowed: Config['policy']['extendedResources']): AdmissionRule {
  const extended = allowed.map(({ name }) => name);
  const known = list([...ordinaryResources, ...extended]);
  const field = `object.spec.build.resources.${kind}`;
  return {
    expression: `!${has(`build.resources.${kind}`)} || ${field}.all(name, name in ${known})`,
    messageExpression: `${text(`spec.build.resources.${kind}: policy.extendedResources does not allow "`)} + ${field}.filter(name, !(name in ${known}))[0] + ${text(`"; ${useOneOf(extended)}`)}`,
  };
}

function fieldOf(kind: 'requests' | 'limits', name: string): { readonly amount: string; readonly isThere: string } {
  const field = `object.spec.build.resources.${kind}`;
  return {
    amount: `${field}[${text(name)}]`,
    isThere: `${has(`build.resources.${kind}`)} && ${text(name)} in ${field}`,
  };
}
