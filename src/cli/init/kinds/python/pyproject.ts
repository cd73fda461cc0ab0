import { normalisedPipName } from '../../../../packages/contents/contents.ts';
import { pipPartsOf } from '../../../../packages/pip/pin.ts';
import { eachField, eachItem, hasFields, ofText, type Part, readToml, textOf, textsOf } from '../../parts.ts';
import { type Choice, choiceOf, emptyRecipe, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { pixiOf } from '../conda/pixi.ts';
import { poetryOf } from './poetry.ts';
import { pythonLoss } from './pythonLoss.ts';
import { indexAt, requirementLine } from './requirements.ts';
import { sourceUrl } from './tables.ts';

/** Groups may include each other, and no project nests them deeper. */
const deepestGroups = 16;

/** pyproject.toml: PEP 621, PEP 735, and what Poetry, uv and pixi keep in it. */
export function pyproject(file: string, text: string, wanted: ReadonlySet<string>): Recipe {
  const read = readToml(file, text);
  if (!read.ok) {
    return read.failure;
  }
  const top = read.value;
  const tool = top.at('tool');
  const reader = projectReader(top);
  return joinedAll([
    ownPackage(top),
    project(top.at('project'), reader, wanted),
    groups(top.at('dependency-groups'), reader, wanted),
    uv(tool.at('uv'), reader, wanted),
    dynamic(top),
    hasFields(tool.at('poetry')) ? poetryOf(tool.at('poetry'), wanted) : emptyRecipe,
    hasFields(tool.at('pixi')) ? pixiOf(tool.at('pixi'), wanted) : emptyRecipe,
    eachField(tool.at('pdm').at('dev-dependencies'), (field) => choice(field, wanted, () => eachItem(field, reader))),
  ]);
}

type ItemReader = (item: Part) => Recipe;

/** Reads a requirement as uv does: `tool.uv.sources` says where the code of a name is. */
function projectReader(top: Part): ItemReader {
  const sources = top.at('tool').at('uv').at('sources');
  const name = normalisedPipName(textOf(top.at('project').at('name')) ?? '');
  return (item) =>
    ofText(item, (text) => {
      const parts = pipPartsOf(text);
      if (parts.is === 'direct') {
        return requirementLine(item.file, item.line, text);
      }
      // A package that names its own extras means those of the file, which are read where they stand.
      if (normalisedPipName(parts.name) === name && name !== '') {
        return emptyRecipe;
      }
      const source = sources.at(parts.name);
      if (!hasFields(source) || textOf(source.at('index')) !== undefined) {
        return requirementLine(item.file, item.line, text);
      }
      const url = sourceUrl(source);
      return url === undefined
        ? lossOf(
            item.file,
            source.line,
            `"${parts.name}" is a file or folder of the repository, and a build has none; write "name @ git+https://…"`,
          )
        : requirementLine(item.file, item.line, `${parts.name}${parts.extras} @ ${url}${parts.marker}`);
    });
}

/** A project that is built is a package itself, of files that a build does not have. */
function ownPackage(top: Part): Recipe {
  const system = top.at('build-system');
  const isPackage = system.value !== undefined && top.at('tool').at('uv').at('package').value !== false;
  return isPackage
    ? lossOf(
        system.file,
        system.line,
        'a build has no files of the repository, so this package itself is not installed; name it in packages.pip as "name @ git+https://…"',
      )
    : emptyRecipe;
}

function project(table: Part, reader: ItemReader, wanted: ReadonlySet<string>): Recipe {
  const python = table.at('requires-python');
  const extras = table.at('optional-dependencies');
  const asked = new Set([...wanted, ...ownExtras(table, wanted)]);
  return joinedAll([
    eachItem(table.at('dependencies'), reader),
    eachField(extras, (field) => choice(field, asked, () => eachItem(field, reader))),
    textOf(python) === undefined ? emptyRecipe : pythonLoss(python.file, python.line, textOf(python) ?? ''),
  ]);
}

/** Extras that wanted ones ask for by the project's own name, as in `all = ["project[a,b]"]`. */
function ownExtras(table: Part, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const extras = table.at('optional-dependencies');
  const own = normalisedPipName(textOf(table.at('name')) ?? '');
  const found = new Set<string>(wanted);
  // A set that is walked while it grows ends when nothing new is found.
  for (const name of found) {
    for (const text of textsOf(extras.at(name))) {
      const parts = pipPartsOf(text);
      if (parts.is === 'named' && normalisedPipName(parts.name) === own) {
        parts.extras
          .replaceAll(/[[\]]/g, '')
          .split(',')
          .forEach((extra) => found.add(extra));
      }
    }
  }
  return found;
}

/** Dependency groups (PEP 735), each with the groups that it includes. */
function groups(table: Part, reader: ItemReader, wanted: ReadonlySet<string>): Recipe {
  const read = (field: Part, above: readonly string[]): Recipe =>
    eachItem(field, (item) => {
      if (!hasFields(item)) {
        return reader(item);
      }
      const name = textOf(item.at('include-group')) ?? '';
      const included = table.at(name);
      if (above.includes(name) || above.length > deepestGroups) {
        return lossOf(item.file, item.line, `the group "${name}" includes itself; remove the line`);
      }
      return included.value === undefined
        ? lossOf(item.file, item.line, `there is no group "${name}" to include`)
        : read(included, [...above, name]);
    });
  return eachField(table, (field) => choice(field, wanted, () => read(field, [field.name])));
}

function uv(table: Part, reader: ItemReader, wanted: ReadonlySet<string>): Recipe {
  const dev = table.at('dev-dependencies');
  const overrides = table.at('override-dependencies');
  return joinedAll([
    dev.value === undefined
      ? emptyRecipe
      : choice({ file: dev.file, line: dev.line, name: 'dev' }, wanted, () => eachItem(dev, reader)),
    eachItem(table.at('constraint-dependencies'), (item) =>
      ofText(item, (entry) => ({ ...emptyRecipe, constraints: [{ file: item.file, line: item.line, entry }] })),
    ),
    overrides.value === undefined
      ? emptyRecipe
      : lossOf(overrides.file, overrides.line, 'pip has no overrides; pin these packages in packages.pip'),
    eachItem(table.at('index'), (item) => {
      const url = textOf(item.at('url'));
      const place = item.at('default').value === true ? 'first' : 'extra';
      return url === undefined ? emptyRecipe : indexAt(item.file, item.line, url, place);
    }),
  ]);
}

/** Dependencies that setuptools reads from files; those of other tools are only known when they run. */
function dynamic(top: Part): Recipe {
  const list = top.at('project').at('dynamic');
  if (!textsOf(list).includes('dependencies')) {
    return emptyRecipe;
  }
  const files = top.at('tool').at('setuptools').at('dynamic').at('dependencies').at('file');
  const names = textOf(files) === undefined ? textsOf(files) : [textOf(files) ?? ''];
  return names.length === 0
    ? lossOf(
        list.file,
        list.line,
        'the dependencies are only known when the project is built; write them into project.dependencies',
      )
    : {
        ...emptyRecipe,
        includes: names.map((path) => ({ file: files.file, line: files.line, path, use: 'requirements' })),
      };
}

function choice({ file, line, name }: Choice, wanted: ReadonlySet<string>, read: () => Recipe): Recipe {
  return joinedAll([choiceOf({ file, line, name }), wanted.has(name) ? read() : emptyRecipe]);
}
