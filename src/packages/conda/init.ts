import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { entryFault } from '../entries/entryFault.ts';
import { requirementLine } from '../pip/init.ts';
import { emptyRecipe, entryOf, joined, joinedAll, linesOf, lossOf, type Reader, type Recipe } from '../recipe.ts';
import { channelNameFault } from './channel.ts';
import { condaFault } from './grammar.ts';

/** The files of a repository with conda packages. */
export const condaReaders: Readonly<Record<string, Reader>> = {
  'environment.yml': environment,
  'environment.yaml': environment,
  'runtime.txt': runtime,
};

function channelOf(file: string, line: number, channel: string): Recipe {
  const fault = entryFault(channel, channelNameFault);
  return fault === undefined ? { ...emptyRecipe, condaChannels: [channel] } : lossOf(file, line, fault);
}

const environmentShape = z.object({
  name: z.unknown().optional(),
  prefix: z.unknown().optional(),
  channels: z.array(z.string()).nullish(),
  dependencies: z.array(z.union([z.string(), z.object({ pip: z.array(z.string()) })])).nullish(),
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
});

function environment(file: string, text: string): Recipe {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.1', stringKeys: true });
  const broken = document.errors[0];
  if (broken !== undefined) {
    return lossOf(
      file,
      lines.linePos(broken.pos[0]).line,
      `this is no YAML: ${broken.message.split('\n', 1)[0] ?? ''}`,
    );
  }
  const lineOf = (path: readonly (string | number)[]): number => {
    const node = document.getIn(path, true);
    return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
      ? lines.linePos(Number(node.range[0])).line
      : 0;
  };
  const read = environmentShape.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (!read.success) {
    const [issue] = read.error.issues;
    return lossOf(
      file,
      0,
      `this is no environment of conda: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`,
    );
  }
  const { channels, dependencies, variables } = read.data;
  return joinedAll([
    // "nodefaults" keeps conda from its defaults; here the channels of a spec stand alone anyway.
    ...(channels ?? [])
      .filter((channel) => channel !== 'nodefaults')
      .map((channel, index) => channelOf(file, lineOf(['channels', index]), channel)),
    ...(dependencies ?? []).flatMap((dependency, index) =>
      typeof dependency === 'string'
        ? [
            dependency === 'pip'
              ? emptyRecipe
              : entryOf('conda', condaFault, file, lineOf(['dependencies', index]), dependency),
          ]
        : dependency.pip.map((entry, at) => requirementLine(file, lineOf(['dependencies', index, 'pip', at]), entry)),
    ),
    variablesOf(variables ?? {}),
  ]);
}

function variablesOf(variables: Readonly<Record<string, string | number | boolean>>): Recipe {
  return {
    ...emptyRecipe,
    env: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
  };
}

/** `python-X.Y` for conda; of `r-DATE` and `r-X.Y-DATE` the day whose packages of R are meant. */
function runtime(file: string, text: string): Recipe {
  const wanted = linesOf(text)[0]?.text ?? '';
  const python = /^python-(\d+\.\d+(?:\.\d+)?)$/.exec(wanted)?.[1];
  if (python !== undefined) {
    return entryOf('conda', condaFault, file, 1, `python=${python}`);
  }
  const [, language, day] = /^r-(?:(\d+\.\d+(?:\.\d+)?)-)?(\d{4}-\d{2}-\d{2})$/.exec(wanted) ?? [];
  if (day === undefined) {
    return lossOf(
      file,
      1,
      `${JSON.stringify(wanted)}: only python-X.Y, python-X.Y.Z and r-YYYY-MM-DD can be carried over; choose a base image with this runtime`,
    );
  }
  const snapshot: Recipe = { ...emptyRecipe, cranSnapshot: day };
  return language === undefined
    ? snapshot
    : joined(snapshot, lossOf(file, 1, `R ${language} is not carried over; choose a base image with it`));
}
