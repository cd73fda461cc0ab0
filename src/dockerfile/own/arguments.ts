import { mayTakeHeredoc } from '../reading/heredoc.ts';
import {
  argumentsOf,
  type Instruction,
  itemsOf,
  pairWordsOf,
  triggerOf,
  type Word,
  wordsOf,
} from '../reading/instruction.ts';
import { textStart } from '../reading/space.ts';
import { flagOf } from './flags.ts';

type Fault = (instruction: Instruction) => string | undefined;

/** What the builder asks of the arguments of an instruction (BuildKit, frontend/dockerfile/instructions/parse.go). */
const faults: ReadonlyMap<string, Fault> = new Map([
  ['ADD', sourcesAndDestination],
  ['ARG', argument],
  ['COPY', sourcesAndDestination],
  ['ENV', pairs],
  ['EXPOSE', something],
  ['HEALTHCHECK', healthcheck],
  ['LABEL', pairs],
  ['MAINTAINER', something],
  ['ONBUILD', trigger],
  ['SHELL', shell],
  ['STOPSIGNAL', something],
  ['USER', something],
  ['VOLUME', volumes],
  ['WORKDIR', something],
]);

/** These take a list in JSON, which must hold texts alone. */
const listTaking: ReadonlySet<string> = new Set(['ADD', 'CMD', 'COPY', 'ENTRYPOINT', 'RUN', 'SHELL', 'VOLUME']);

/** Why the builder would refuse the arguments of an instruction. The operator reports this before it starts a build. */
export function argumentFaults(instruction: Instruction): readonly string[] {
  const { keyword } = instruction;
  if (listTaking.has(keyword) && argumentsOf(instruction).is === 'mixedList') {
    return [`${keyword} [ … ]: every item of the list is a text in double quotes`];
  }
  const fault = faults.get(keyword)?.(instruction);
  return fault === undefined ? [] : [`${keyword} ${fault}`];
}

function something({ rest }: Instruction): string | undefined {
  return rest.text === '' ? 'has nothing behind it; write its value, or remove the line' : undefined;
}

/** A list takes no lines. The builder still reads such an item as the name of a here-document. */
const heredocItem = /^\d*<</;

function sourcesAndDestination(instruction: Instruction): string | undefined {
  const items = itemsOf(instruction);
  if (items.length < 2) {
    return 'needs a source and a destination';
  }
  // One that takes lines is reported as such.
  return items.some((item) => heredocItem.test(item)) && !mayTakeHeredoc(instruction)
    ? 'names a here-document (<<); write the name of a file'
    : undefined;
}

function argument(instruction: Instruction): string | undefined {
  return something(instruction) ?? namesFault(pairWordsOf(instruction));
}

/** `NAME=value …`, or one `NAME value`. */
function pairs(instruction: Instruction): string | undefined {
  const words = pairWordsOf(instruction);
  const [first] = words;
  if (first === undefined) {
    return something(instruction);
  }
  if (!first.includes('=')) {
    return wordsOf(instruction).length < 2 ? 'NAME has no value; write NAME=VALUE' : undefined;
  }
  return words.every((word) => word.includes('='))
    ? namesFault(words)
    : 'mixes NAME=VALUE with words without "="; put a value with spaces in double quotes';
}

function namesFault(words: readonly string[]): string | undefined {
  return words.some((word) => word.startsWith('=')) ? '=VALUE has no name; write NAME=VALUE' : undefined;
}

function volumes(instruction: Instruction): string | undefined {
  return itemsOf(instruction).every((item) => item.trim() !== '')
    ? (something(instruction) ?? (itemsOf(instruction).length === 0 ? 'names no folder' : undefined))
    : 'names an empty folder; remove it';
}

function shell(instruction: Instruction): string | undefined {
  const given = argumentsOf(instruction);
  return given.is === 'list' && given.items.length > 0 ? undefined : 'takes a list, such as SHELL ["/bin/bash", "-c"]';
}

function trigger(instruction: Instruction): string | undefined {
  const inner = triggerOf(instruction)?.keyword;
  return inner !== undefined && ['ONBUILD', 'FROM', 'MAINTAINER'].includes(inner)
    ? `cannot hold ${inner}; write another instruction`
    : something(instruction);
}

const durations = ['interval', 'timeout', 'start-period', 'start-interval'] as const;
/** A part of what Go's `time.ParseDuration` takes, from a millisecond on. */
const duration = /^(0|(\d{1,5}h)?(\d{1,5}m)?(\d{1,5}(\.\d{1,3})?s)?(\d{1,5}ms)?)$/;

function healthcheck(instruction: Instruction): string | undefined {
  const [first, ...others] = wordsOf(instruction);
  const kind = first?.text.toUpperCase();
  if (first === undefined || (kind !== 'NONE' && kind !== 'CMD')) {
    return 'is followed by CMD and a command, or by NONE';
  }
  if (kind === 'NONE') {
    return others.length === 0 ? undefined : 'NONE takes no command';
  }
  const command = argumentsOf(behind(instruction, first));
  if (command.is === 'mixedList' || (command.is === 'list' ? command.items : others).length === 0) {
    return 'CMD is followed by a command, or by a list of texts';
  }
  const wrong = durations.find((name) => !duration.test(flagOf(instruction, name)?.value ?? ''));
  if (wrong !== undefined) {
    return `--${wrong} is a time such as 1m30s`;
  }
  return /^\d{0,9}$/.test(flagOf(instruction, 'retries')?.value ?? '') ? undefined : '--retries is a number';
}

function behind(instruction: Instruction, { end }: Word): Instruction {
  const { joined, rest } = instruction;
  const start = end + textStart(joined.text.slice(end, rest.end));
  return { ...instruction, rest: { text: joined.text.slice(start, rest.end), start, end: rest.end } };
}
