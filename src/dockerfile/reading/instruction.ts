import type { JoinedLine } from './lines.ts';
import { isSpace, textEnd, textStart } from './space.ts';

/** A part of an instruction and where it stands in the joined line. */
export interface Word {
  readonly text: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** `--name=value` behind a keyword, without quotes and escapes. */
export interface Flag {
  readonly name: string;
  /** null: there is no `=`. */
  readonly value: string | null;
  /** Where it stands in the joined line, as it is written. */
  readonly start: number;
  readonly end: number;
}

/** What stands behind the flags. */
export type Arguments =
  /** A list of texts in JSON. */
  | { readonly is: 'list'; readonly items: readonly string[] }
  /** JSON too, but not of texts alone, which the builder refuses. */
  | { readonly is: 'mixedList' }
  | { readonly is: 'text' };

/** One instruction as the builder takes it apart (BuildKit: `newNodeFromLine`, `splitCommand`). */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  /** As it is written. */
  readonly written: string;
  readonly flags: readonly Flag[];
  /** A flag that holds what the builder reads byte by byte, such as an accent. */
  readonly isPlain: boolean;
  /** What stands behind the flags, without white space around it. */
  readonly rest: Word;
  readonly joined: JoinedLine;
}

/** The instruction of a joined line. */
export function instructionOf(joined: JoinedLine): Instruction {
  return instructionAt(joined, 0);
}

/** The instruction that ONBUILD holds; null when it holds none. */
export function triggerOf({ keyword, rest, joined }: Instruction): Instruction | null {
  return keyword === 'ONBUILD' && rest.text !== '' ? instructionAt(joined, rest.start) : null;
}

function instructionAt(joined: JoinedLine, from: number): Instruction {
  const { text } = joined;
  const start = from + textStart(text.slice(from));
  const end = Math.max(start, textEnd(text));
  let keywordEnd = start;
  while (keywordEnd < end && !isBlank(text.charAt(keywordEnd))) {
    keywordEnd += 1;
  }
  let at = keywordEnd;
  while (at < end && isBlank(text.charAt(at))) {
    at += 1;
  }
  const { flags, next, isPlain } = readFlags(text, at, end);
  const restStart = next + textStart(text.slice(next, end));
  const written = text.slice(start, keywordEnd);
  return {
    keyword: /^[A-Za-z]+$/.test(written) ? written.toUpperCase() : written,
    written,
    flags,
    isPlain,
    rest: { text: text.slice(restStart, end), start: restStart, end },
    joined,
  };
}

/** What separates words for the builder (BuildKit: `reWhitespace`); no other white space does. */
function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\v' || character === '\f' || character === '\r';
}

/** The rest of an instruction as its words. */
export function wordsOf({ rest }: Instruction): readonly Word[] {
  const words: Word[] = [];
  for (const match of rest.text.matchAll(/[^\t\v\f\r ]+/g)) {
    const start = rest.start + match.index;
    words.push({ text: match[0], start, end: start + match[0].length });
  }
  return words;
}

/** Whether the rest is a list in JSON (BuildKit: `parseJSON`). */
export function argumentsOf({ rest }: Instruction): Arguments {
  if (!rest.text.startsWith('[')) {
    return { is: 'text' };
  }
  let value: unknown;
  try {
    value = JSON.parse(rest.text);
  } catch {
    return { is: 'text' };
  }
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? { is: 'list', items: value }
    : { is: 'mixedList' };
}

/** The words of a list in JSON, or those of the text. */
export function itemsOf(instruction: Instruction): readonly string[] {
  const given = argumentsOf(instruction);
  return given.is === 'list' ? given.items : wordsOf(instruction).map(({ text }) => text);
}

/**
 * The words of `NAME=value` pairs, with their quotes and escapes, which are for whoever puts variables in (BuildKit:
 * `parseWords`).
 */
export function pairWordsOf({ rest: { text } }: Instruction): readonly string[] {
  const words: string[] = [];
  let quote = '';
  let start: number | undefined;
  let at = 0;
  for (; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote === '' && isSpace(character)) {
      if (start !== undefined) {
        words.push(text.slice(start, at));
        start = undefined;
      }
      continue;
    }
    start ??= at;
    if (character === '\\' && quote !== "'") {
      at += 1;
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else if (character === quote) {
      quote = '';
    }
  }
  // An escape at the end, of nothing, is left out.
  const last = start === undefined ? '' : text.slice(start, at > text.length ? -1 : undefined);
  return last === '' ? words : [...words, last];
}

interface ReadFlags {
  readonly flags: readonly Flag[];
  /** Where the arguments begin. */
  readonly next: number;
  readonly isPlain: boolean;
}

/**
 * The words that begin with `--` before the first that does not (BuildKit: `extractBuilderFlags`, which reads bytes: within a
 * character of two bytes it can find white space).
 */
function readFlags(text: string, from: number, end: number): ReadFlags {
  const flags: Flag[] = [];
  let isPlain = true;
  let at = from;
  for (;;) {
    while (at < end && isBlank(text.charAt(at))) {
      at += 1;
    }
    if (!text.startsWith('--', at) || at + 1 >= end) {
      return { flags, next: at, isPlain };
    }
    const word = readFlag(text, at, end);
    isPlain &&= /^[\u0000-\u007F]*$/.test(text.slice(at, word.end));
    if (word.text === '--') {
      return { flags, next: word.end, isPlain };
    }
    const equals = word.text.indexOf('=');
    flags.push({
      name: word.text.slice(2, equals === -1 ? undefined : equals),
      value: equals === -1 ? null : word.text.slice(equals + 1),
      start: at,
      end: word.end,
    });
    at = word.end;
  }
}

/** A word up to white space outside of quotes, without the quotes and escapes. */
function readFlag(text: string, start: number, end: number): Word {
  const parts: string[] = [];
  let quote = '';
  let at = start;
  for (; at < end; at += 1) {
    const character = text.charAt(at);
    if (quote === '' && isBlank(character)) {
      break;
    }
    if (character === quote) {
      quote = '';
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else if (character === '\\') {
      at += 1;
      parts.push(at < end ? text.charAt(at) : '');
    } else {
      parts.push(character);
    }
  }
  return { text: parts.join(''), start, end: Math.min(at, end) };
}
