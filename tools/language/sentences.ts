/** The most words of one sentence of prose. */
const mostWords = 20;

/** A sentence that is too long, and the line on which it begins. */
export interface LongSentence {
  readonly line: number;
  readonly words: number;
  /** How it begins. */
  readonly begins: string;
}

/**
 * The sentences of a Markdown text with more than 20 words. A colon and a semicolon end a sentence, as a full stop does. A
 * piece of code and the text of a link count as they are read: code is one word. Tables, headings and blocks of code hold no
 * sentences, nor do generated lines, which are written where they are generated.
 */
export function longSentences(markdown: string): readonly LongSentence[] {
  return paragraphs(markdown).flatMap(({ line, text }) =>
    sentences(text).flatMap(({ before, sentence }) => {
      const words = wordsOf(sentence);
      return words.length <= mostWords
        ? []
        : [{ line: line + linesIn(before), words: words.length, begins: words.slice(0, 8).join(' ') }];
    }),
  );
}

/** Text between two blank lines, or one item of a list, with the number of its first line. */
interface Paragraph {
  readonly line: number;
  readonly text: string;
}

function paragraphs(markdown: string): readonly Paragraph[] {
  const found: { line: number; text: string }[] = [];
  let inCode = false;
  let open = false;
  for (const [index, text] of markdown.split('\n').entries()) {
    const isFence = /^\s*```/.test(text);
    inCode = isFence ? !inCode : inCode;
    const isProse = !inCode && !isFence && !/^\s*(?:$|[|#>]|<!--|!\[)/.test(text);
    const begins = /^\s*(?:[-*]|\d+\.)\s/.test(text);
    const last = found.at(-1);
    if (isProse && open && !begins && last !== undefined) {
      last.text += `\n${text}`;
    } else if (isProse) {
      found.push({ line: index + 1, text });
    }
    open = isProse;
  }
  return found;
}

/** The sentences of a paragraph, each with the text that stands before it. */
function sentences(text: string): readonly { readonly before: string; readonly sentence: string }[] {
  const ends = [...text.matchAll(/[.!?](?=\s+[A-Z`*"[({])|[:;](?=\s)/g)].map(({ index }) => index + 1);
  return [0, ...ends].map((end, index) => {
    const from = end + text.slice(end).search(/\S|$/);
    return { before: text.slice(0, from), sentence: text.slice(from, ends[index]) };
  });
}

function wordsOf(sentence: string): readonly string[] {
  return sentence
    .replaceAll(/`[^`]*`/g, 'CODE')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

function linesIn(text: string): number {
  return text.split('\n').length - 1;
}
