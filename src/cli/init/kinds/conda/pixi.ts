import { condaChannel } from '../../../../packages/conda/channelUrl.ts';
import { eachField, eachItem, hasFields, namesOf, type Part, readToml, textOf, textsOf } from '../../parts.ts';
import { choiceOf, emptyRecipe, joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { indexOf } from '../python/requirements.ts';
import { pep440Version, tableRequirement } from '../python/tables.ts';
import { channelOf, condaEntry } from './entries.ts';
import { variable } from './environment.ts';

/** Tables of packages that pixi installs into an environment (pixi, "Configuration"). */
const condaTables = ['dependencies', 'host-dependencies', 'build-dependencies'] as const;
/** Targets that hold for a container. */
const ourTargets = ['unix', 'linux', 'linux-64'] as const;

/** pixi.toml: what its default environment holds, and the features that --with names. */
export function pixi(file: string, text: string, wanted: ReadonlySet<string>): Recipe {
  const read = readToml(file, text);
  return read.ok ? pixiOf(read.value, wanted) : read.failure;
}

/** The manifest of pixi, which may also stand in a pyproject.toml below `tool.pixi`. */
export function pixiOf(top: Part, wanted: ReadonlySet<string>): Recipe {
  const workspace = hasFields(top.at('workspace')) ? top.at('workspace') : top.at('project');
  const features = featuresWanted(top, wanted);
  return joinedAll([
    eachItem(workspace.at('channels'), channel),
    feature(top),
    pypiOptions(workspace),
    eachField(top.at('feature'), (field) =>
      joinedAll([
        // A feature of an environment that is read is no choice any more.
        features.has(field.name) && !wanted.has(field.name)
          ? emptyRecipe
          : choiceOf({ file: field.file, line: field.line, name: field.name }),
        features.has(field.name) ? joinedAll([eachItem(field.at('channels'), channel), feature(field)]) : emptyRecipe,
      ]),
    ),
    ...namesOf(top.at('environments')).map((name): Recipe => {
      const field = top.at('environments').at(name);
      return name === 'default' ? emptyRecipe : choiceOf({ file: field.file, line: field.line, name });
    }),
  ]);
}

/** Features named themselves, those of named environments, and those of the environment `default`. */
function featuresWanted(top: Part, wanted: ReadonlySet<string>): ReadonlySet<string> {
  const environments = top.at('environments');
  const features = new Set(wanted);
  for (const name of namesOf(environments)) {
    if (name === 'default' || wanted.has(name)) {
      const named = textsOf(environments.at(name)).concat(textsOf(environments.at(name).at('features')));
      named.forEach((feature) => features.add(feature));
    }
  }
  return features;
}

function feature(top: Part): Recipe {
  const here = [top, ...ourTargets.map((target) => top.at('target').at(target))];
  const cuda = textOf(top.at('system-requirements').at('cuda'));
  return joinedAll([
    ...here.map(target),
    pypiOptions(top),
    // The solver must believe in a driver, which no build has.
    cuda === undefined ? emptyRecipe : { ...emptyRecipe, args: { CONDA_OVERRIDE_CUDA: [cuda] } },
  ]);
}

function target(part: Part): Recipe {
  return joinedAll([
    ...condaTables.map((table) => eachField(part.at(table), condaDependency)),
    eachField(part.at('pypi-dependencies'), (field) => tableRequirement(field, pep440Version)),
    eachField(part.at('activation').at('env'), variable),
    eachItem(part.at('activation').at('scripts'), (script) =>
      lossOf(
        script.file,
        script.line,
        'a script of the activation is not carried over: there are no files of the repository in a build',
      ),
    ),
  ]);
}

function channel(item: Part): Recipe {
  const name = textOf(item) ?? textOf(item.at('channel'));
  return name === undefined
    ? lossOf(item.file, item.line, 'this channel is no text; put its name in quotes')
    : channelOf(item.file, item.line, condaChannel(name) ?? name);
}

function pypiOptions(part: Part): Recipe {
  const options = part.at('pypi-options');
  return joinedAll([
    textOf(options.at('index-url')) === undefined ? emptyRecipe : indexOf(options.at('index-url'), 'first'),
    eachItem(options.at('extra-index-urls'), (item) => indexOf(item, 'extra')),
  ]);
}

/** `NAME = "VERSION"` or `NAME = { version = …, build = …, channel = … }`. */
function condaDependency(field: Part): Recipe {
  const { file, line, name } = field;
  const version = textOf(field) ?? textOf(field.at('version')) ?? '*';
  if (['path', 'git', 'url'].some((key) => field.at(key).value !== undefined)) {
    return lossOf(file, line, `"${name}" is built from a source, and is not carried over; install it in a Dockerfile`);
  }
  if (typeof field.value !== 'string' && !hasFields(field)) {
    return lossOf(file, line, `the version of "${name}" is no text; put it in quotes`);
  }
  const channelName = textOf(field.at('channel'));
  const build = textOf(field.at('build'));
  const prefix = channelName === undefined ? '' : `${condaChannel(channelName) ?? channelName}::`;
  return condaEntry(
    file,
    line,
    `${prefix}${name}${build === undefined ? versionPart(version) : bracketPart(version, build)}`,
  );
}

/** One that is cut here is longer than an entry may be, and is refused as one. */
const longestVersion = 2048;

/** pixi reads a bare version as exactly that one (rattler, VersionSpec). */
function versionPart(version: string): string {
  const spec = version
    .slice(0, longestVersion)
    .trim()
    .replaceAll(/\s*([,|<>=!~]+)\s*/g, '$1');
  if (spec === '*' || spec === '') {
    return '';
  }
  if (/^[<>=!~]/.test(spec)) {
    return spec;
  }
  return /[\s,|*]/.test(spec) ? ` ${spec}` : `==${spec}`;
}

function bracketPart(version: string, build: string): string {
  const spec = version.replaceAll(/\s/g, '');
  return `[${spec === '*' || spec === '' ? '' : `version="${spec}",`}build="${build}"]`;
}
