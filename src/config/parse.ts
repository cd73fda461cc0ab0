import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { $ZodIssue } from 'zod/v4/core';
import { failed, ok, type Result } from '../api/result.ts';
import { kindOf, type ValueKind, wantedKind } from '../text/wrongKind.ts';
import { type Config, configSchema } from './schema.ts';

/**
 * Parses the text of a configuration file (YAML 1.1 as Kubernetes reads it, or JSON). A failure has one line per fault. It
 * names the line of the file and the path of the setting, never a value.
 */
export function parseConfig(text: string): Result<Config, string> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: '1.1' });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    return failed(`line ${line}, column ${col}: ${broken.message.split('\n', 1)[0] ?? ''}`);
  }
  const read: unknown = document.toJS() ?? {};
  const checked = configSchema.safeParse(read);
  if (!checked.success) {
    const faults = checked.error.issues.map((issue) => {
      const offset = offsetOf(document, issue);
      const place = `${issue.path.join('.') || '(top level)'}: ${wordsOf(issue, read)}`;
      return { line: offset === undefined ? 1 : lines.linePos(offset).line, place };
    });
    return failed(
      faults
        .toSorted((a, b) => a.line - b.line)
        .map(({ line, place }) => `line ${line}: ${place}`)
        .join('\n'),
    );
  }
  return ok(checked.data);
}

const kinds: Readonly<Record<string, ValueKind>> = {
  string: 'text',
  number: 'number',
  int: 'whole number',
  boolean: 'yes or no',
  array: 'list',
  object: 'table',
  record: 'table',
};

/** A value of the wrong kind in the words that the whole project has for it; of other faults, the schema's own. */
function wordsOf(issue: $ZodIssue, root: unknown): string {
  const kind = issue.code === 'invalid_type' ? kinds[issue.expected] : undefined;
  return kind === undefined ? issue.message : `${kindOf(valueAt(root, issue.path))}; ${wantedKind(kind)}`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    root,
  );
}

/** The position of the setting that an issue concerns, or of its nearest parent in the text. */
function offsetOf(document: Document, issue: $ZodIssue): number | undefined {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...issue.path, ...unknown];
  for (let length = path.length; length > 0; length--) {
    const offset = keyOffset(document, path.slice(0, length));
    if (offset !== undefined) {
      return offset;
    }
  }
  return undefined;
}

/** The position of the key in a mapping, as its value may begin on a later line; of the item in a list. */
function keyOffset(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const key = parent.items.find((pair) => isNode(pair.key) && String(pair.key) === String(path.at(-1)))?.key;
    return isNode(key) ? key.range?.[0] : undefined;
  }
  const item = document.getIn(path, true);
  return isNode(item) ? item.range?.[0] : undefined;
}
