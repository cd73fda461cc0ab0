import type { Config } from '../../config/schema.ts';
import { directReference } from '../../packages/pip/grammar.ts';
import type { SourceVariables } from '../../packages/sourceVariables.ts';
import { namesSetByPlatform } from '../platformVariables.ts';
import { type AdmissionRule, has, list, text } from './cel.ts';
import { directReferenceAdvice } from './sources.ts';
import { indexVariables, platformIndexes, refusedInBuilds, refusedInImages } from './variables.ts';
import { useOneOf } from './words.ts';

/** Where packages come from, in CEL: indexes, addresses of packages, and channels. */
export function sourceRules(config: Config): readonly AdmissionRule[] {
  const { policy } = config;
  return [
    ...(policy.pipIndexUrls === 'Allowed' ? [] : [pipIndexes(config), pipUrls]),
    ...(policy.condaChannels.length === 0 ? [] : [condaChannels(config), channelsOfEntries(config)]),
  ];
}

function pipIndexes({ pipIndexes: known }: Config): AdmissionRule {
  return {
    expression: `!${has('packages.pipIndexes')} || object.spec.packages.pipIndexes.all(entry, !entry.contains('://'))`,
    messageExpression: text(
      `spec.packages.pipIndexes: policy.pipIndexUrls does not allow URLs; ${useOneOf(known.map(({ name }) => name))}`,
    ),
  };
}

const pipUrls: AdmissionRule = {
  expression: `!${has('packages.pip')} || object.spec.packages.pip.all(entry, !entry.matches(${text(directReference)}))`,
  messageExpression: text(`spec.packages.pip: ${directReferenceAdvice}`),
};

function condaChannels({ policy }: Config): AdmissionRule {
  const allowed = list(policy.condaChannels);
  return {
    expression: `!${has('packages.condaChannels')} || object.spec.packages.condaChannels.all(entry, entry in ${allowed})`,
    messageExpression: `'spec.packages.condaChannels: policy.condaChannels does not allow "' + object.spec.packages.condaChannels.filter(entry, !(entry in ${allowed}))[0] + ${text(`"; ${useOneOf(policy.condaChannels)}`)}`,
  };
}

/** `CHANNEL::PACKAGE`. */
function channelsOfEntries({ policy }: Config): AdmissionRule {
  const isFine = `(!entry.contains('::') || entry.split('::', 2)[0] in ${list(policy.condaChannels)})`;
  return {
    expression: `!${has('packages.conda')} || object.spec.packages.conda.all(entry, ${isFine})`,
    messageExpression: `'spec.packages.conda: policy.condaChannels does not allow "' + object.spec.packages.conda.filter(entry, !${isFine})[0].split('::', 2)[0] + ${text(`"; ${useOneOf(policy.condaChannels)}`)}`,
  };
}

/** The variables of builds and images that would decide where packages come from, in CEL. */
export function variableRules(config: Config): readonly AdmissionRule[] {
  const args = { field: 'build.args', as: 'spec.build.args' };
  const ofPlatform = namesSetByPlatform(config);
  const indexes = `(one.name in ${list(indexVariables)} && one.value in ${list(platformIndexes(config))})`;
  return [
    ...(ofPlatform.length === 0
      ? []
      : [
          allRule(
            args,
            `one.name.upperAscii() in ${list(ofPlatform)}`,
            "the operator's configuration sets ",
            ' for every build; remove it',
          ),
        ]),
    ...refusedInBuilds(config).map(({ setting, variables, advice }) =>
      allRule(args, isAmongIn(variables), `${setting} does not allow `, `: ${advice}`),
    ),
    ...refusedInImages(config).map(({ setting, variables, advice }) =>
      allRule(
        { field: 'env', as: 'spec.env' },
        `(${isAmongIn(variables)}) && !${indexes}`,
        `${setting} does not allow `,
        `: ${advice}`,
      ),
    ),
  ];
}

/** No item of a list is a refused one; the message names the first. */
function allRule(
  { field, as }: { readonly field: string; readonly as: string },
  isRefused: string,
  before: string,
  after: string,
): AdmissionRule {
  return {
    expression: `!${has(field)} || object.spec.${field}.all(one, !(${isRefused}))`,
    messageExpression: `${text(`${as}: ${before}"`)} + object.spec.${field}.filter(one, ${isRefused})[0].name + ${text(`"${after}`)}`,
  };
}

/** `isAmong` in CEL. */
function isAmongIn({ names, prefixes, suffixes, harmless }: SourceVariables): string {
  const name = 'one.name.upperAscii()';
  const begins = prefixes.map((prefix) => `${name}.startsWith(${text(prefix)})`).join(' || ');
  return [
    ...(names.length === 0 ? [] : [`${name} in ${list(names)}`]),
    ...suffixes.map((suffix) => `${name}.endsWith(${text(suffix)})`),
    ...(begins === '' ? [] : [harmless.length === 0 ? begins : `((${begins}) && !(${name} in ${list(harmless)}))`]),
  ].join(' || ');
}
