/**
 * The comments of a TypeScript file as Markdown: each stands on its own lines, all other lines are empty. A tag of a doc
 * comment (`@throws …`) begins an item of its own. A comment after code on one line is left out, because it is short.
 */
export function commentsOf(source: string): string {
  let inBlock = false;
  return source
    .split('\n')
    .map((line) => {
      const text = line.trim();
      if (!inBlock && text.startsWith('//')) {
        return asItem(text.replace(/^\/+\s*/, ''));
      }
      if (!inBlock && !text.startsWith('/*')) {
        return '';
      }
      inBlock = !text.endsWith('*/');
      return asItem(text.replace(/^(?:\/\*+|\*(?!\/))\s*/, '').replace(/\s*\*+\/$/, ''));
    })
    .join('\n');
}

function asItem(text: string): string {
  return text.replace(/^@/, '- @');
}
