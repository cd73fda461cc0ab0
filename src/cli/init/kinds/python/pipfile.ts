import { eachField, eachItem, hasFields, type Part, readToml, readYaml, textOf } from '../../parts.ts';
import { choiceOf, emptyRecipe, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { pythonLoss } from './pythonLoss.ts';
import { indexAt } from './requirements.ts';
import { pep440Version, tableRequirement } from './tables.ts';

/** Pipfile (pipenv): its packages, and other categories where --with names them. */
export function pipfile(file: string, text: string, wanted: ReadonlySet<string>): Recipe {
  const read = readToml(file, text);
  if (!read.ok) {
    return read.failure;
  }
  const python = read.value.at('requires').at('python_version');
  return joinedAll([
    sources(read.value.at('source')),
    eachField(read.value, (field) => {
      switch (field.name) {
        case 'source':
        case 'requires':
        case 'scripts':
        case 'pipenv':
          return emptyRecipe;
        case 'packages':
          return packages(field);
        default:
          return category(field, wanted);
      }
    }),
    textOf(python) === undefined ? emptyRecipe : pythonLoss(file, python.line, textOf(python) ?? ''),
  ]);
}

/** Pipfile.lock: the same, exactly. */
export function pipfileLock(file: string, text: string, wanted: ReadonlySet<string>): Recipe {
  const read = readYaml(file, text);
  if (!read.ok) {
    return read.failure;
  }
  const top = read.value;
  if (!hasFields(top.at('default'))) {
    return lossOf(file, 1, 'this is no lock file of pipenv: it has no "default"');
  }
  return joinedAll([
    sources(top.at('_meta').at('sources')),
    eachField(top, (field) =>
      field.name === '_meta' ? emptyRecipe : field.name === 'default' ? packages(field) : category(field, wanted),
    ),
    lossOf(file, top.at('default').line, 'the hashes are not carried over; the image itself is pinned by its digest'),
  ]);
}

function packages(table: Part): Recipe {
  return eachField(table, (field) => tableRequirement(field, pep440Version));
}

/** `dev-packages`, `develop` in a lock file, or a name of one's own. */
function category(field: Part, wanted: ReadonlySet<string>): Recipe {
  const { file, line, name } = field;
  return joinedAll([choiceOf({ file, line, name }), wanted.has(name) ? packages(field) : emptyRecipe]);
}

/** The first source is the index; PyPI is what pip takes anyway. */
function sources(list: Part): Recipe {
  return eachItem(list, (item) => {
    const url = textOf(item.at('url'));
    const isFirst = item.name === '0';
    return url === undefined || (isFirst && /^https:\/\/pypi\.(?:org|python\.org)\/simple\/?$/.test(url))
      ? emptyRecipe
      : indexAt(item.file, item.line, url, isFirst ? 'first' : 'extra');
  });
}
