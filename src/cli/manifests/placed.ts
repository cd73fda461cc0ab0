import type { ManifestDocument } from './documents.ts';
import type { Finding } from './finding.ts';

/**
 * A finding at its place in a document, from a sentence of the operator. The sentence starts with a field, perhaps with a
 * line in it.
 */
export function placedFinding(document: ManifestDocument, sentence: string): Finding {
  const [, path = '', inText, rest = sentence] =
    /^((?:spec|metadata)[A-Za-z0-9_.[\]-]*)(?: line (\d+))?: (.*)$/s.exec(sentence) ?? [];
  const field = path === '' ? (/^(?:spec|metadata)[A-Za-z0-9_.[\]-]*/.exec(sentence)?.[0] ?? 'spec') : path;
  const parts = partsOf(field);
  const place = inText === undefined ? document.placeOf(parts) : document.placeInText(parts, Number(inText));
  const message = inText === undefined ? rest : `line ${inText}: ${rest}`;
  return { file: document.file, line: place.line, column: place.column, path, message };
}

function partsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/([A-Za-z0-9_-]+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}
