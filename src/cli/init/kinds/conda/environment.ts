import { eachField, eachItem, hasFields, namesOf, type Part, readYaml, textOf } from '../../parts.ts';
import { emptyRecipe, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { requirementLine } from '../python/requirements.ts';
import { channelOf, condaEntry } from './entries.ts';

/** Fields of an environment that say nothing about what is installed. */
const labels = new Set(['name', 'prefix', 'platforms', 'category']);

/** environment.yml (conda, "Managing environments"). */
export function environment(file: string, text: string): Recipe {
  const read = readYaml(file, text);
  return read.ok ? environmentOf(read.value) : read.failure;
}

function environmentOf(top: Part): Recipe {
  return eachField(top, (field) => {
    switch (field.name) {
      case 'channels':
        return eachItem(field, channel);
      case 'dependencies':
        return eachItem(field, dependency);
      case 'variables':
        return eachField(field, variable);
      default:
        return labels.has(field.name)
          ? emptyRecipe
          : lossOf(field.file, field.line, `"${field.name}" is no field of an environment of conda, and is not read`);
    }
  });
}

function channel(item: Part): Recipe {
  const name = textOf(item);
  return name === undefined
    ? lossOf(item.file, item.line, 'this channel is no text; put its name in quotes')
    : channelOf(item.file, item.line, name);
}

function dependency(item: Part): Recipe {
  const { file, line, value } = item;
  if (typeof value === 'string') {
    return value === 'pip' ? emptyRecipe : condaEntry(file, line, value.trim());
  }
  if (value === null) {
    return emptyRecipe;
  }
  if (!hasFields(item)) {
    return lossOf(file, line, 'this dependency is no text; put it in quotes');
  }
  return joinedAll(
    namesOf(item).map((name) => {
      const list = item.at(name);
      return name === 'pip'
        ? eachItem(list, pipDependency)
        : lossOf(file, list.line, `"${name}" installs by other means than conda and pip, and is not carried over`);
    }),
  );
}

function pipDependency(item: Part): Recipe {
  const { file, line } = item;
  const text = textOf(item);
  // conda writes the list into a requirements file as it is, so that a comment may stand in an entry.
  return text === undefined
    ? item.value === null
      ? emptyRecipe
      : lossOf(file, line, 'this requirement is no text; put it in quotes')
    : requirementLine(file, line, text.replace(/\s#.*$/s, '').trim());
}

/** A variable; conda writes numbers and booleans as they are written. */
export function variable(field: Part): Recipe {
  const { file, line, name, value } = field;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? { ...emptyRecipe, env: { [name]: String(value) } }
    : lossOf(file, line, `the variable "${name}" has no text as value, and is not carried over; put it in quotes`);
}
