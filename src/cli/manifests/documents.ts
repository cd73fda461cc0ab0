import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseAllDocuments, type YAMLError } from 'yaml';
import type { InputFile } from '../io.ts';
import type { Finding } from './finding.ts';
import { manifestYaml } from './yaml.ts';

/** Names and indexes from the root of a document to a field. */
type Path = readonly (string | number)[];

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One YAML document and the places of its fields. */
export interface ManifestDocument {
  readonly file: string;
  readonly value: unknown;
  /** The place of a field, or of its nearest parent in the text. */
  readonly placeOf: (path: Path) => Place;
  /** A scalar as it is written; undefined for what is none. */
  readonly writtenAt: (path: Path) => string | undefined;
  /** The place of a line (from 1) of a field's text. Where the text is not written line by line, the place of the field. */
  readonly placeInText: (path: Path, line: number) => Place;
}

/** Documents, and the faults of unreadable ones. */
export interface ReadDocuments {
  readonly documents: readonly ManifestDocument[];
  readonly findings: readonly Finding[];
}

/** Fewer than an alias bomb needs, more than any real manifest has. */
const maximumAliases = 100;

/** Reads a file's documents like kubectl: YAML, or JSON, which is YAML. A List becomes its items. */
export function readDocuments({ name, text }: InputFile): ReadDocuments {
  const lines = new LineCounter();
  const documents: ManifestDocument[] = [];
  const findings: Finding[] = [];
  const fault = (offset: number, message: string) => {
    const { line, col } = lines.linePos(offset);
    findings.push({ file: name, line, column: col, path: '', message });
  };
  const parsed = parseAllDocuments(text, { ...manifestYaml, lineCounter: lines, stringKeys: true });
  for (const document of 'empty' in parsed ? [] : parsed) {
    const broken: YAMLError | undefined = document.errors[0];
    if (broken !== undefined) {
      fault(broken.pos[0], `this is not valid YAML: ${worded(broken)}`);
      continue;
    }
    const read = toValue(() => document.toJS({ maxAliasCount: maximumAliases }));
    if (!read.ok) {
      fault(document.range[0], read.message);
      continue;
    }
    if (read.value === null || read.value === undefined) {
      continue;
    }
    const below = (prefix: Path) => ({
      placeOf: (path: Path) => place(lines, document.contents, [...prefix, ...path], document.range[0]),
      writtenAt: (path: Path) => written(document, [...prefix, ...path]),
      placeInText: (path: Path, line: number) => placeInText(lines, document, [...prefix, ...path], line),
    });
    const items = itemsOf(read.value);
    if (items === undefined) {
      documents.push({ file: name, value: read.value, ...below([]) });
    } else {
      for (const [index, value] of items.entries()) {
        documents.push({ file: name, value, ...below(['items', index]) });
      }
    }
  }
  return { documents, findings };
}

/** The parser's words; it calls itself for every level, and reports the end of its stack. */
function worded({ message }: YAMLError): string {
  if (message.startsWith('With stringKeys')) {
    return 'a key is no text; if this is a template, check what it renders (helm template)';
  }
  return message.startsWith('Maximum call stack') ? 'it is nested too deeply' : (message.split('\n', 1)[0] ?? '');
}

/** A field's place is its key; a list entry's is its start. */
function place(lines: LineCounter, root: unknown, path: Path, start: number): Place {
  let offset = start;
  let node = root;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === part);
      if (pair === undefined || !isScalar(pair.key)) {
        break;
      }
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = (isNode(node) ? node.range?.[0] : undefined) ?? offset;
    } else {
      break;
    }
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function written(document: Document, path: Path): string | undefined {
  const node = document.getIn(path, true);
  return isScalar(node) ? node.source : undefined;
}

/** The line of a text in a block (`|`), from 1; the field's place for a text in another style. */
function placeInText(lines: LineCounter, document: Document, path: Path, line: number): Place {
  const node = document.getIn(path, true);
  return isScalar(node) && node.type === 'BLOCK_LITERAL' && node.range !== undefined && node.range !== null
    ? { line: lines.linePos(node.range[0]).line + line, column: 1 }
    : place(lines, document.contents, path, document.range?.[0] ?? 0);
}

type Value = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

function toValue(read: () => unknown): Value {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    return { ok: false, message: `this is not valid YAML: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function itemsOf(value: unknown): readonly unknown[] | undefined {
  return typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    String(value.kind).endsWith('List') &&
    'items' in value &&
    Array.isArray(value.items)
    ? value.items
    : undefined;
}
