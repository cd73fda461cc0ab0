import { type AST, getStaticTOMLValue, ParseError, parseTOML } from 'toml-eslint-parser';
import { failed, ok, type Result } from '../../api/result.ts';
import { kindOf, wantedInstead } from '../../text/wrongKind.ts';
import { readDocuments } from '../manifests/documents.ts';
import { emptyRecipe, joinedAll, lossOf, type Recipe } from './recipe.ts';

/** A value in a YAML, JSON or TOML file, and where it stands. Nothing is known of its kind yet. */
export interface Part {
  readonly file: string;
  /** undefined: the file has no such part. */
  readonly value: unknown;
  /** Name or index in the part around it; '' for the file itself. */
  readonly name: string;
  /** From 1; of a part that is not there, the line of the part around it. */
  readonly line: number;
  /** The part of this name or index. */
  readonly at: (key: string | number) => Part;
}

type Path = readonly (string | number)[];

function partOf(file: string, value: unknown, path: Path, lineAt: (path: Path) => number): Part {
  return {
    file,
    value,
    name: String(path.at(-1) ?? ''),
    get line() {
      return lineAt(path);
    },
    at: (key) => partOf(file, childOf(value, key), [...path, key], lineAt),
  };
}

function childOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) {
    return typeof key === 'number' ? (value as readonly unknown[])[key] : undefined;
  }
  return isTable(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Why a file cannot be read, as a recipe of that loss. */
type Unread = Recipe;

/** Reads YAML, or JSON, which is YAML. An empty file is an empty part. */
export function readYaml(file: string, text: string): Result<Part, Unread> {
  const { documents, findings } = readDocuments({ name: file, text });
  const [fault] = findings;
  if (fault !== undefined) {
    return failed(lossOf(file, fault.line, fault.message));
  }
  const [document] = documents;
  return ok(partOf(file, document?.value, [], (path) => document?.placeOf(path).line ?? 1));
}

/** Reads TOML. */
export function readToml(file: string, text: string): Result<Part, Unread> {
  try {
    const tree = parseTOML(text);
    const lines = linesOfToml(tree);
    const lineAt = (path: Path): number => {
      const known = path.findLastIndex((_, index) => lines.has(keyOf(path.slice(0, index + 1))));
      return lines.get(keyOf(path.slice(0, known + 1))) ?? 1;
    };
    return ok(partOf(file, getStaticTOMLValue(tree), [], lineAt));
  } catch (error) {
    if (error instanceof ParseError) {
      return failed(lossOf(file, error.lineNumber, `this is no TOML: ${error.message}`));
    }
    if (error instanceof RangeError) {
      return failed(lossOf(file, 0, 'this TOML is nested too deeply, and is not read'));
    }
    throw error;
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path.map(String));
}

/** The line of every table, key and entry of a list. */
function linesOfToml({ body: [top] }: AST.TOMLProgram): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const note = (path: Path, node: AST.TOMLNode) => {
    // The first mention of a table counts: the one that a person finds when looking for it.
    if (!lines.has(keyOf(path))) {
      lines.set(keyOf(path), node.loc.start.line);
    }
  };
  const content = (path: Path, node: AST.TOMLContentNode) => {
    if (node.type === 'TOMLArray') {
      for (const [index, element] of node.elements.entries()) {
        note([...path, index], element);
        content([...path, index], element);
      }
    } else if (node.type === 'TOMLInlineTable') {
      node.body.forEach((pair) => pairOf(path, pair));
    }
  };
  const pairOf = (table: Path, { key, value }: AST.TOMLKeyValue) => {
    const names = key.keys.map((part) => (part.type === 'TOMLBare' ? part.name : part.value));
    names.forEach((_, index) => note(table.concat(names.slice(0, index + 1)), key));
    content(table.concat(names), value);
  };
  for (const node of top.body) {
    if (node.type === 'TOMLTable') {
      node.resolvedKey.forEach((_, index) => note(node.resolvedKey.slice(0, index + 1), node.key));
      node.body.forEach((pair) => pairOf(node.resolvedKey, pair));
    } else {
      pairOf([], node);
    }
  }
  return lines;
}

/** A loss: the part is not of the kind that its place asks for. */
function wrongKind(part: Part, kind: 'list' | 'table' | 'text'): Recipe {
  return lossOf(
    part.file,
    part.line,
    `${part.name === '' ? 'this file' : `"${part.name}"`} ${kindOf(part.value)}; ${wantedInstead(kind, part.value)}`,
  );
}

/** What is read of each entry of a list. A part that is absent or empty has none; another kind of value is a loss. */
export function eachItem(part: Part, read: (item: Part) => Recipe): Recipe {
  if (part.value === undefined || part.value === null) {
    return emptyRecipe;
  }
  return Array.isArray(part.value)
    ? joinedAll(part.value.map((_, index) => read(part.at(index))))
    : wrongKind(part, 'list');
}

/** What is read of each field of a table. A part that is absent or empty has none; another kind of value is a loss. */
export function eachField(part: Part, read: (field: Part) => Recipe): Recipe {
  if (part.value === undefined || part.value === null) {
    return emptyRecipe;
  }
  return isTable(part.value)
    ? joinedAll(Object.keys(part.value).map((name) => read(part.at(name))))
    : wrongKind(part, 'table');
}

/** What is read of a text; nothing where the part is absent; another kind of value is a loss. */
export function ofText(part: Part, read: (text: string) => Recipe): Recipe {
  if (part.value === undefined) {
    return emptyRecipe;
  }
  return typeof part.value === 'string' ? read(part.value) : wrongKind(part, 'text');
}

/** The text of a part; undefined for anything else. */
export function textOf({ value }: Part): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The texts of a list; empty for anything else. */
export function textsOf({ value }: Part): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The names of a table's fields; none for anything else. */
export function namesOf({ value }: Part): readonly string[] {
  return isTable(value) ? Object.keys(value) : [];
}

/** Whether a part is a table. */
export function hasFields({ value }: Part): boolean {
  return isTable(value);
}
