import { condaChannel } from '../../../../packages/conda/channelUrl.ts';
import { pipFault } from '../../../../packages/pip/grammar.ts';
import { eachItem, namesOf, type Part, readYaml, textOf } from '../../parts.ts';
import { choiceOf, emptyRecipe, entryOf, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { indexOf } from '../python/requirements.ts';
import { lockedPlatform } from './condaLock.ts';
import { channelOf, condaEntry, condaFileOf } from './entries.ts';

/** pixi.lock: the packages of its default environment, or of those that --with names, exactly. */
export function pixiLock(file: string, text: string, wanted: ReadonlySet<string>): Recipe {
  const read = readYaml(file, text);
  if (!read.ok) {
    return read.failure;
  }
  const environments = read.value.at('environments');
  const names = namesOf(environments);
  if (names.length === 0) {
    return lossOf(file, environments.line, 'this is no lock file of pixi: it has no "environments"');
  }
  const asked = names.filter((name) => wanted.has(name));
  const pypi = pypiNames(read.value.at('packages'));
  return joinedAll([
    ...names
      .filter((name) => name !== 'default')
      .map((name) => choiceOf({ file, line: environments.at(name).line, name })),
    ...(asked.length === 0 ? ['default'] : asked).map((name) => locked(environments.at(name), pypi)),
  ]);
}

/** Name and version of every Python package, by its URL. */
function pypiNames(list: Part): ReadonlyMap<string, string> {
  const packages = Array.isArray(list.value) ? list.value.map((_, index) => list.at(index)) : [];
  return new Map(
    packages.flatMap((item) => {
      const [url, name, version] = ['pypi', 'name', 'version'].map((field) => textOf(item.at(field)));
      return url === undefined || name === undefined || version === undefined ? [] : [[url, `${name}==${version}`]];
    }),
  );
}

function locked(environment: Part, pypi: ReadonlyMap<string, string>): Recipe {
  const { file } = environment;
  const ours = environment.at('packages').at(lockedPlatform);
  if (ours.value === undefined) {
    return lossOf(
      file,
      environment.line,
      `this lock file has no packages for ${lockedPlatform}; lock it for that platform too`,
    );
  }
  return joinedAll([
    eachItem(environment.at('channels'), (item) => {
      const channel = textOf(item.at('url')) ?? textOf(item);
      return channel === undefined ? emptyRecipe : channelOf(file, item.line, condaChannel(channel) ?? channel);
    }),
    eachItem(environment.at('indexes'), (item) =>
      textOf(item) === 'https://pypi.org/simple' ? emptyRecipe : indexOf(item, 'extra'),
    ),
    eachItem(ours, (item) => {
      const conda = condaFileOf(textOf(item.at('conda')) ?? '');
      const python = pypi.get(textOf(item.at('pypi')) ?? '');
      return conda !== undefined
        ? condaEntry(file, item.line, `${conda.name}=${conda.version}=${conda.build}`)
        : python !== undefined
          ? entryOf('pip', pipFault, file, item.line, python)
          : lossOf(file, item.line, 'this package is no file of a channel or an index, and is not carried over');
    }),
  ]);
}
