import { group, kind, version } from '../../api/names.ts';
import { manifestText } from '../manifests/yaml.ts';
import type { Loss, Recipe } from './recipe.ts';

const defaultIndex = 'https://pypi.org/simple';

/** An ImageSpec as text, and what of the recipe it has no place for. */
export interface WrittenManifest {
  readonly text: string;
  readonly losses: readonly Loss[];
}

/** The manifest of a recipe. A Dockerfile stands alone: the rest is a loss then. */
export function writtenManifest(name: string, base: string, recipe: Recipe): WrittenManifest {
  const { dockerfile } = recipe;
  const args = nameValues(
    Object.fromEntries(Object.entries(recipe.args).map(([key, values]) => [key, joinedArgument(key, values)])),
  );
  const build = args.length === 0 ? {} : { build: { args } };
  if (dockerfile !== null) {
    const besides = Object.keys(packageSpec(recipe)).length > 0;
    return {
      text: documentOf(name, { dockerfile: dockerfile.text, ...build }),
      losses: besides
        ? [
            {
              file: dockerfile.file,
              line: 0,
              message:
                'nothing can stand beside a Dockerfile: the packages and variables of the other files are not carried over; write them as RUN and ENV',
            },
          ]
        : [],
    };
  }
  return { text: documentOf(name, { baseImage: base, ...packageSpec(recipe), ...build }), losses: [] };
}

/** `packages` and `env` of a spec, those that are not empty. */
function packageSpec(recipe: Recipe): Readonly<Record<string, object>> {
  const { packages, condaChannels, cranSnapshot } = recipe;
  const fields = Object.entries({
    ...packages,
    condaChannels,
    pipIndexes: pipIndexesOf(recipe),
    cranSnapshot: cranSnapshot ?? '',
  }).filter(([, field]) => field.length > 0);
  const env = nameValues(recipe.env);
  return {
    ...(fields.length === 0 ? {} : { packages: Object.fromEntries(fields) }),
    ...(env.length === 0 ? {} : { env }),
  };
}

/** `packages.pipIndexes`, whose first entry replaces the default index: extra ones alone need it named. */
function pipIndexesOf({ index, extraIndexes }: Recipe): readonly string[] {
  const first = index ?? (extraIndexes.length === 0 ? null : defaultIndex);
  return first === null ? [] : [...new Set([first, ...extraIndexes])];
}

/** pip parts links by blanks and names of packages by commas. */
function joinedArgument(name: string, values: readonly string[]): string {
  return values.join(name.endsWith('_BINARY') ? ',' : ' ');
}

function nameValues(
  values: Readonly<Record<string, string>>,
): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function documentOf(name: string, spec: object): string {
  return manifestText(
    { apiVersion: `${group}/${version}`, kind, metadata: { name }, spec },
    ' Check it:  kubectl imagespec validate -f FILE\n Every field: kubectl explain imagespec.spec',
  );
}
