import { condaChannel } from '../../../../packages/conda/channelUrl.ts';
import { pipFault } from '../../../../packages/pip/grammar.ts';
import { eachItem, type Part, readYaml, textOf } from '../../parts.ts';
import { choiceOf, emptyRecipe, entryOf, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { channelOf, condaEntry, condaFileOf } from './entries.ts';

/** The platform whose packages are read: that of most clusters. */
export const lockedPlatform = 'linux-64';

/** conda-lock.yml (conda-lock, "lockfile v1"): the packages of one platform, exactly. */
export function condaLock(file: string, text: string, wanted: ReadonlySet<string>): Recipe {
  const read = readYaml(file, text);
  if (!read.ok) {
    return read.failure;
  }
  const top = read.value;
  const list = top.at('package');
  if (!Array.isArray(list.value)) {
    return lossOf(file, list.line, 'this is no lock file of conda-lock: it has no list "package"');
  }
  const packages = list.value.map((_, index) => list.at(index));
  const platforms = new Set(packages.map((item) => textOf(item.at('platform'))));
  if (packages.length > 0 && !platforms.has(lockedPlatform)) {
    return lossOf(
      file,
      list.line,
      `this lock file has no packages for ${lockedPlatform}; lock it for that platform too`,
    );
  }
  const ours = packages.filter((item) => textOf(item.at('platform')) === lockedPlatform);
  return joinedAll([
    eachItem(top.at('metadata').at('channels'), (item) => {
      const channel = textOf(item.at('url')) ?? textOf(item);
      return channel === undefined ? emptyRecipe : channelOf(file, item.line, condaChannel(channel) ?? channel);
    }),
    ...ours.map((item) => locked(item, wanted)),
  ]);
}

function locked(item: Part, wanted: ReadonlySet<string>): Recipe {
  const { file } = item;
  const [name, version, url] = ['name', 'version', 'url'].map((field) => textOf(item.at(field)));
  if (name === undefined || version === undefined) {
    return lossOf(file, item.line, 'this package has no name and version, and is not carried over');
  }
  const category = textOf(item.at('category')) ?? 'main';
  const choice: Recipe = category === 'main' ? emptyRecipe : choiceOf({ file, line: item.line, name: category });
  if (category !== 'main' && !wanted.has(category)) {
    return choice;
  }
  if (textOf(item.at('manager')) === 'pip') {
    return joinedAll([choice, entryOf('pip', pipFault, file, item.line, `${name}==${version}`)]);
  }
  const build = condaFileOf(url ?? '')?.build;
  return joinedAll([
    choice,
    condaEntry(file, item.line, build === undefined ? `${name}==${version}` : `${name}=${version}=${build}`),
  ]);
}
