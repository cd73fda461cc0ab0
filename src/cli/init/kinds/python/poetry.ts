import { eachField, eachItem, hasFields, type Part, textOf } from '../../parts.ts';
import { choiceOf, emptyRecipe, joinedAll, type Recipe } from '../../recipe.ts';
import { pythonLoss } from './pythonLoss.ts';
import { indexAt } from './requirements.ts';
import { poetryVersion, tableRequirement } from './tables.ts';

/** `tool.poetry` of a pyproject.toml: its dependencies, and the groups that --with names. */
export function poetryOf(poetry: Part, wanted: ReadonlySet<string>): Recipe {
  return joinedAll([
    dependencies(poetry.at('dependencies')),
    group(poetry.at('dev-dependencies'), 'dev', wanted),
    eachField(poetry.at('group'), (field) => group(field.at('dependencies'), field.name, wanted)),
    eachItem(poetry.at('source'), source),
  ]);
}

function dependencies(table: Part): Recipe {
  return eachField(table, (field) =>
    field.name === 'python'
      ? pythonLoss(field.file, field.line, textOf(field) ?? '')
      : tableRequirement(field, poetryVersion),
  );
}

function group(table: Part, name: string, wanted: ReadonlySet<string>): Recipe {
  return hasFields(table)
    ? joinedAll([
        choiceOf({ file: table.file, line: table.line, name }),
        wanted.has(name) ? dependencies(table) : emptyRecipe,
      ])
    : emptyRecipe;
}

/** A source of packages. `PyPI` itself has no address (Poetry, "Repositories"). */
function source(item: Part): Recipe {
  const url = textOf(item.at('url'));
  const isFirst = item.at('default').value === true;
  return url === undefined ? emptyRecipe : indexAt(item.file, item.line, url, isFirst ? 'first' : 'extra');
}
