import type { Command, Option } from 'commander';

/** What may stand at the cursor. */
export type Completion =
  | { readonly is: 'words'; readonly words: readonly Word[] }
  /** A path, which the shell completes. */
  | { readonly is: 'files' }
  /** What the cluster has. */
  | { readonly is: 'imageSpecs'; readonly flags: Flags }
  | { readonly is: 'namespaces'; readonly flags: Flags }
  | { readonly is: 'contexts'; readonly flags: Flags };

/** A word with what it means. */
export interface Word {
  readonly word: string;
  readonly meaning: string;
}

/** The flags that stand on the line already, by their long names without `--`. */
export type Flags = Readonly<Record<string, string>>;

/**
 * What may follow on a command line.
 *
 * @param words those behind the program's name; the last one is what has been typed of the next, perhaps nothing.
 */
export function completionsOf(program: Command, words: readonly string[]): Completion {
  const [typed = '', ...before] = words.toReversed();
  const [name, ...given] = before.toReversed();
  const command = program.commands.find((one) => one.name() === name);
  if (command === undefined) {
    return name === undefined ? matching(typed, commandWords(program)) : { is: 'words', words: [] };
  }
  const { flags, open, operands } = read(command, given);
  if (open !== undefined) {
    return valuesOf(open, typed, flags);
  }
  if (typed.startsWith('--') && typed.includes('=')) {
    const option = command.options.find(({ long }) => long === typed.slice(0, typed.indexOf('=')));
    return option === undefined ? { is: 'words', words: [] } : valuesOf(option, typed, flags);
  }
  if (typed.startsWith('-')) {
    return matching(
      typed,
      command.options.flatMap(({ long, description }) =>
        long === undefined || long === null ? [] : [{ word: long, meaning: description }],
      ),
    );
  }
  const argument = command.registeredArguments[Math.min(operands, command.registeredArguments.length - 1)];
  switch (argument?.name() ?? '') {
    case 'name':
      return operands === 0 && command.options.some(({ long }) => long === '--context')
        ? { is: 'imageSpecs', flags }
        : { is: 'words', words: [] };
    case 'file':
      return { is: 'files' };
    case 'shell':
      return matching(typed, argument?.argChoices?.map((word) => ({ word, meaning: '' })) ?? []);
    default:
      return { is: 'words', words: [] };
  }
}

function commandWords(program: Command): readonly Word[] {
  return program.commands
    .filter((command) => !command.name().startsWith('__'))
    .map((command) => ({ word: command.name(), meaning: command.summary() }));
}

function matching(typed: string, words: readonly Word[]): Completion {
  return { is: 'words', words: words.filter(({ word }) => word.startsWith(typed)) };
}

interface Read {
  readonly flags: Flags;
  /** An option that waits for its value. */
  readonly open: Option | undefined;
  /** Number of words that are no options. */
  readonly operands: number;
}

function read(command: Command, words: readonly string[]): Read {
  const flags: Record<string, string> = {};
  let open: Option | undefined;
  let operands = 0;
  for (const word of words) {
    if (open !== undefined) {
      flags[nameOf(open)] = word;
      open = undefined;
      continue;
    }
    const [flag = '', ...value] = word.split('=');
    const option = command.options.find(({ long, short }) => flag === long || flag === short);
    if (option === undefined) {
      operands += word.startsWith('-') ? 0 : 1;
    } else if (value.length > 0) {
      flags[nameOf(option)] = value.join('=');
    } else if (option.required) {
      open = option;
    } else {
      flags[nameOf(option)] = 'true';
    }
  }
  return { flags, open, operands };
}

function nameOf({ long, flags }: Option): string {
  return (long ?? flags).replace(/^--/, '');
}

function valuesOf(option: Option, typed: string, flags: Flags): Completion {
  const prefix = typed.startsWith('--') ? typed.slice(0, typed.indexOf('=') + 1) : '';
  if (option.argChoices !== undefined) {
    return matching(
      typed,
      option.argChoices.map((choice) => ({ word: `${prefix}${choice}`, meaning: '' })),
    );
  }
  switch (nameOf(option)) {
    case 'namespace':
      return { is: 'namespaces', flags };
    case 'context':
      return { is: 'contexts', flags };
    case 'filename':
    case 'config':
    case 'kubeconfig':
    case 'from':
    case 'base-contents':
      return { is: 'files' };
    default:
      return { is: 'words', words: [] };
  }
}
