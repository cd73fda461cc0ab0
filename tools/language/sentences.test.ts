import { expect, it } from 'vitest';
import { longSentences } from './sentences.ts';

const twenty =
  'The operator reads a spec once for each edit and does other work while it waits for answers from registries';

it('reports a sentence of 21 words with its line, and none of 20', () => {
  expect(longSentences(`# A title\n\n${twenty}.\n${twenty} elsewhere.`)).toEqual([
    { line: 4, words: 21, begins: 'The operator reads a spec once for each' },
  ]);
});

it.each([
  ['a sentence over two lines', `Short. ${twenty.replace(' once', '\nonce')} today.`],
  ['an item of a list', `- ${twenty} today.\n- Another.`],
  ['a link, whose text counts', `${twenty} [on the day](https://example.com/a/b).`],
  ['code, which counts as one word', `${twenty} \`kubectl get imagespecs\`.`],
])('counts %s', (_, text) => {
  expect(longSentences(text)).toEqual([expect.objectContaining({ line: 1 })]);
});

it.each([
  ['a colon', `${twenty}: today and tomorrow.`],
  ['two items of a list', `- ${twenty}\n- and one more`],
  ['a block of code', `\`\`\`\n${twenty} and so on.\n\`\`\``],
  ['a table', `| ${twenty} and so on |`],
  ['a heading', `# ${twenty} and so on`],
])('takes %s as no longer sentence', (_, text) => {
  expect(longSentences(text)).toEqual([]);
});
