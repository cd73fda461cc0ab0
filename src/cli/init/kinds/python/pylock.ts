import { pipFault } from '../../../../packages/pip/grammar.ts';
import { eachItem, hasFields, type Part, readToml, textOf, textsOf } from '../../parts.ts';
import { choiceOf, emptyRecipe, entryOf, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { pythonLoss } from './pythonLoss.ts';
import { indexAt } from './requirements.ts';

/** pylock.toml (PEP 751): its packages, exactly, and those of the extras and groups that --with names. */
export function pylock(file: string, text: string, wanted: ReadonlySet<string>): Recipe {
  const read = readToml(file, text);
  if (!read.ok) {
    return read.failure;
  }
  const top = read.value;
  const packages = top.at('packages');
  if (textOf(top.at('lock-version')) === undefined || !Array.isArray(packages.value)) {
    return lossOf(file, 1, 'this is no lock file of PEP 751: it has no "lock-version" and "packages"');
  }
  const python = top.at('requires-python');
  const asked = new Set([...wanted, ...textsOf(top.at('default-groups'))]);
  return joinedAll([
    eachItem(packages, (item) => locked(item, asked, wanted)),
    lossOf(file, packages.line, 'the hashes are not carried over; the image itself is pinned by its digest'),
    textOf(python) === undefined ? emptyRecipe : pythonLoss(file, python.line, textOf(python) ?? ''),
  ]);
}

/** An optional part of a lock file, as its whole marker: `'dev' in dependency_groups`. */
const optional = /^\s*(["'])([A-Za-z0-9._-]{1,128})\1 in (?:extras|dependency_groups)\s*$/;

function locked(item: Part, asked: ReadonlySet<string>, wanted: ReadonlySet<string>): Recipe {
  const { file, line } = item;
  const name = textOf(item.at('name'));
  if (name === undefined) {
    return lossOf(file, line, 'this package has no name, and is not carried over');
  }
  const marker = textOf(item.at('marker')) ?? '';
  const part = optional.exec(marker)?.[2];
  const choice =
    part === undefined || (asked.has(part) && !wanted.has(part)) ? emptyRecipe : choiceOf({ file, line, name: part });
  if (part !== undefined && !asked.has(part)) {
    return choice;
  }
  if (part === undefined && /\b(?:extras|dependency_groups)\b/.test(marker)) {
    return lossOf(file, line, `"${name}" holds for several optional parts, in a form that is not carried over`);
  }
  const requirement = requirementOf(item, name);
  return requirement === undefined
    ? lossOf(
        file,
        line,
        `"${name}" is a file or folder of the repository, and a build has none; write "name @ git+https://…"`,
      )
    : joinedAll([
        choice,
        index(item),
        entryOf(
          'pip',
          pipFault,
          file,
          line,
          `${requirement}${part === undefined && marker !== '' ? ` ; ${marker}` : ''}`,
        ),
      ]);
}

/** The requirement of an entry; undefined where its code is in a folder beside the lock file. */
function requirementOf(item: Part, name: string): string | undefined {
  const [vcs, archive, version] = [item.at('vcs'), item.at('archive'), textOf(item.at('version'))];
  if (hasFields(vcs)) {
    const [type, url, commit, folder] = ['type', 'url', 'commit-id', 'subdirectory'].map((key) => textOf(vcs.at(key)));
    return url === undefined
      ? undefined
      : `${name} @ ${type ?? 'git'}+${url}${commit === undefined ? '' : `@${commit}`}${folder === undefined ? '' : `#subdirectory=${folder}`}`;
  }
  if (hasFields(archive)) {
    const [url, folder] = ['url', 'subdirectory'].map((key) => textOf(archive.at(key)));
    return url === undefined ? undefined : `${name} @ ${url}${folder === undefined ? '' : `#subdirectory=${folder}`}`;
  }
  return hasFields(item.at('directory')) || version === undefined ? undefined : `${name}==${version}`;
}

/** The index of a package; PyPI is what pip takes anyway. */
function index(item: Part): Recipe {
  const url = textOf(item.at('index'));
  return url === undefined || /^https:\/\/pypi\.org\/simple\/?$/.test(url)
    ? emptyRecipe
    : indexAt(item.file, item.line, url, 'extra');
}
