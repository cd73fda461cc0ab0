import type { NameValue, Source } from '../../imagespec/effective.ts';
import type { DockerfileFinding } from '../reading/finding.ts';
import { type Instruction, instructionOf, pairWordsOf, wordsOf } from '../reading/instruction.ts';
import { readLines } from '../reading/lines.ts';
import { declaredArguments, readStages } from './stages.ts';
import { globalArguments } from './variables.ts';

/** A build argument that a stage declares, with the value that it is to have there. */
export interface StageArgument extends NameValue {
  /** Where it is written, as the start of a sentence. */
  readonly place: string;
}

/**
 * ARG lines that do nothing: where a stage has a variable (ENV), Kaniko keeps its value (pkg/dockerfile/buildargs.go,
 * ReplacementEnvs), and BuildKit takes the argument's.
 */
export function shadowedArguments(instructions: readonly Instruction[]): readonly DockerfileFinding[] {
  const stages = new Map<string, ReadonlySet<string>>();
  let variables = new Set<string>();
  return instructions.flatMap((instruction) => {
    const names = pairWordsOf(instruction).map((word) => word.split('=', 1)[0] ?? '');
    switch (instruction.keyword) {
      case 'FROM': {
        const [base, , name] = wordsOf(instruction);
        variables = new Set(stages.get(base?.text.toLowerCase() ?? ''));
        // By its name and by its number. The sets are the same objects, so that what follows is known of both.
        stages.set(String(stages.size), variables);
        if (name !== undefined) {
          stages.set(name.text.toLowerCase(), variables);
        }
        return [];
      }
      case 'ENV': {
        const isOne = !(names.length > 0 && pairWordsOf(instruction)[0]?.includes('='));
        names.slice(0, isOne ? 1 : undefined).forEach((name) => variables.add(name));
        return [];
      }
      case 'ARG':
        return names
          .filter((name) => variables.has(name))
          .map((name) => ({
            line: instruction.joined.first,
            message: `ARG ${name.slice(0, longestShown)}: this stage has ENV ${name.slice(0, longestShown)}, whose value the builder keeps, where Docker takes the argument's; choose another name`,
          }));
      default:
        return [];
    }
  });
}

const longestShown = 80;

/** The arguments of the stages on an image, with values that are known without the base; each stage on it counts. */
export function argumentsOn(image: string, source: Source, args: readonly NameValue[]): readonly StageArgument[] {
  if (source.is === 'packages') {
    return args.map(({ name, value }) => ({ name, value, place: `spec.build.args "${name}"` }));
  }
  const instructions = readLines(source.text).lines.map(instructionOf);
  const { bases } = readStages(instructions, args);
  const { values: globals } = globalArguments(declaredArguments(instructions), args);
  const given = new Map(args.map(({ name, value }) => [name, value]));
  let stage = -1;
  return instructions.flatMap((instruction) => {
    stage += instruction.keyword === 'FROM' ? 1 : 0;
    if (instruction.keyword !== 'ARG' || bases[stage] !== image) {
      return [];
    }
    return pairWordsOf(instruction).flatMap((word) => {
      const [, name = '', fallback] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      const value = given.get(name) ?? (fallback === undefined ? globals.get(name) : plain(fallback));
      return value === undefined
        ? []
        : [{ name, value, place: `spec.dockerfile line ${instruction.joined.first}: ARG ${name}` }];
    });
  });
}

/** A default that holds no variables, without its quotes; undefined for any other. */
function plain(text: string): string | undefined {
  const inner = /^"([^"]*)"$|^'([^']*)'$/.exec(text);
  const value = inner === null ? text : (inner[1] ?? inner[2] ?? '');
  return /[$\\"']/.test(value) ? undefined : value;
}
