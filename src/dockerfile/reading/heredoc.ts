import { argumentsOf, type Instruction } from './instruction.ts';

const taking: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);

/**
 * Whether the builder may take lines behind an instruction as a here-document's (BuildKit: `heredocsFromLine`). It never says
 * no where the builder would say yes; where a `<<` stands beside a `${…}` with more than a name in it, it may say yes for
 * nothing.
 */
export function mayTakeHeredoc(instruction: Instruction): boolean {
  const { text } = instruction.joined;
  if (!taking.has(instruction.keyword) || !text.includes('<<') || argumentsOf(instruction).is === 'list') {
    return false;
  }
  const simple = text.replaceAll(plainVariable, 'v');
  // The builder's lexer starts again within such braces, with separate quotes and escapes.
  const words = simple.includes('${') ? text.replaceAll('\\', '') : withoutQuoted(simple);
  return heredocWord.test(words);
}

/** What cannot end up in front of a `<<` as the beginning of a word, and changes no quote. */
const plainVariable = /\$\{[^\s$'"\\<{}]+\}/g;

/**
 * A word such as `3<<-EOF`; a third `<` makes it a here-string, and none where nothing follows. White space is Go's and, to be
 * sure, JavaScript's.
 */
const heredocWord = /(?:^|[\s\u0085])\d*<<(?!-?[\t\r ]*(?:<|$))/;

/** Replaces each quoted or escaped part by a letter. An unclosed quote and the text after it stay. */
function withoutQuoted(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character !== '\\' && character !== '"' && character !== "'") {
      continue;
    }
    const end = character === '\\' ? at + 2 : quoteEnd(text, at);
    if (end === undefined) {
      break;
    }
    parts.push(text.slice(from, at), 'q');
    from = end;
    at = end - 1;
  }
  return [...parts, text.slice(from)].join('');
}

/** Behind the closing quote. */
function quoteEnd(text: string, start: number): number | undefined {
  const quote = text[start];
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') {
      at += 1;
    } else if (text[at] === quote) {
      return at + 1;
    }
  }
  return undefined;
}
