import type { NameValue } from '../../imagespec/effective.ts';
import { argumentsOf, type Instruction, instructionOf, itemsOf, pairWordsOf, wordsOf } from '../reading/instruction.ts';
import { readLines } from '../reading/lines.ts';
import { declaredArguments } from './stages.ts';

/** What BuildKit sets by itself and the operator gives to Kaniko; and the proxies, which need no ARG. */
const predefined = /^(?:(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)|(?:https?|ftp|no|all)_proxy)$/i;
const shown = 3;

/** Warnings about a Dockerfile that is built, but perhaps not into what its author means. One sentence each. */
export function dockerfileAdvice(text: string, args: readonly NameValue[]): readonly string[] {
  const instructions = readLines(text).lines.map(instructionOf);
  return [
    ...emptyArguments(instructions, args),
    ...volumesBeforeSteps(instructions),
    ...groupsOfUsers(instructions),
    ...brokenLists(instructions),
  ]
    .toSorted((a, b) => a.line - b.line)
    .slice(0, shown)
    .map(({ line, message }) => `spec.dockerfile line ${line}: ${message}`);
}

interface Advice {
  readonly line: number;
  readonly message: string;
}

/** Another builder may give a value, as repo2docker does with NB_USER and NB_UID. */
function emptyArguments(instructions: readonly Instruction[], args: readonly NameValue[]): readonly Advice[] {
  const given = new Set([
    ...args.map(({ name }) => name),
    ...declaredArguments(instructions).flatMap(({ name, value }) => (value === null ? [] : [name])),
  ]);
  const firstStage = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  return instructions.slice(Math.max(0, firstStage)).flatMap((instruction) =>
    instruction.keyword === 'ARG'
      ? pairWordsOf(instruction)
          .filter((word) => !word.includes('=') && !given.has(word) && !predefined.test(word))
          .map((name) => ({
            line: instruction.joined.first,
            message: `ARG ${name} has no default, and spec.build.args does not give it, so it is empty unless the base image has ENV ${name}; add {name: ${name}, value: …} to spec.build.args`,
          }))
      : [],
  );
}

/** Kaniko leaves what steps write below a VOLUME out of the image (pkg/commands/volume.go); BuildKit keeps it. */
function volumesBeforeSteps(instructions: readonly Instruction[]): readonly Advice[] {
  return instructions.flatMap((instruction, index) => {
    if (instruction.keyword !== 'VOLUME') {
      return [];
    }
    const behind = instructions.slice(index + 1);
    const end = behind.findIndex(({ keyword }) => keyword === 'FROM');
    const step = (end === -1 ? behind : behind.slice(0, end)).find(({ keyword }) => /^(?:RUN|COPY|ADD)$/.test(keyword));
    const folders = itemsOf(instruction).join(', ');
    return step === undefined || wordsOf(instruction).length === 0
      ? []
      : [
          {
            line: instruction.joined.first,
            message: `VOLUME ${folders.slice(0, longestShown)}: what ${step.keyword} in line ${step.joined.first} and later steps write there is not in the image; put VOLUME behind them`,
          },
        ];
  });
}

/** Kaniko runs steps with the user's own group (pkg/commands/run.go takes what stands before the colon). */
function groupsOfUsers(instructions: readonly Instruction[]): readonly Advice[] {
  return instructions.flatMap((instruction, index) => {
    const user = instruction.rest.text;
    const next = instructions.slice(index + 1).find(({ keyword }) => /^(?:RUN|USER|FROM)$/.test(keyword));
    return instruction.keyword === 'USER' && user.includes(':') && next?.keyword === 'RUN'
      ? [
          {
            line: instruction.joined.first,
            message: `USER ${user.slice(0, longestShown)}: steps run without this group, the image has it; set the group of files in the step, by chgrp`,
          },
        ]
      : [];
  });
}

/** A list that is no JSON is the text of a shell command: `['python', 'a.py']` looks for a program `[python,`. */
function brokenLists(instructions: readonly Instruction[]): readonly Advice[] {
  return instructions
    .filter(
      (instruction) =>
        /^(?:CMD|ENTRYPOINT|RUN)$/.test(instruction.keyword) &&
        /^\[\s*['"“]/.test(instruction.rest.text) &&
        argumentsOf(instruction).is === 'text',
    )
    .map(({ keyword, joined }) => ({
      line: joined.first,
      message: `${keyword} [ … ] is no list in JSON, so a shell runs it as it is; put each item in double quotes`,
    }));
}

const longestShown = 80;
