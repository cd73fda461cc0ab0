import { z } from 'zod';
import { code } from './markdown.ts';

/** What of a JSON schema the pages and files about settings show. */
const settingShape = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  default: z.json().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  required: z.array(z.string()).default([]),
  get properties() {
    return z.record(z.string(), settingShape).default({});
  },
  get items() {
    return settingShape.optional();
  },
});

/** A setting, or a group of settings when it has properties. */
export type Setting = z.infer<typeof settingShape>;

/** The settings of a schema, as people write them. */
export function settingsOf(schema: z.ZodType): Setting {
  return settingShape.parse(z.toJSONSchema(schema, { io: 'input' }));
}

/** Rows of a table: setting, meaning, default, values. A setting is described itself, or only groups settings that are. */
export function settingRows(path: string, schema: Setting): readonly (readonly string[])[] {
  return Object.entries(schema.properties).flatMap(([name, child]) => {
    const childPath = path === '' ? name : `${path}.${name}`;
    const inner = settingRows(childPath, child);
    if (inner.length > 0 || child.description === undefined) {
      return inner;
    }
    const fallback = schema.required.includes(name) ? 'required' : code(JSON.stringify(child.default));
    return [[code(childPath), child.description, fallback, values(child)]];
  });
}

function values({ enum: choices, items, minimum, maximum }: Setting): string {
  if (choices !== undefined) {
    return choices
      .filter((choice) => choice !== '')
      .map(code)
      .join(' ');
  }
  if (items !== undefined) {
    const keys = Object.keys(items.properties);
    return keys.length === 0 ? 'list' : `list of ${code(`{${keys.join(', ')}}`)}`;
  }
  if (minimum === undefined || maximum === undefined) {
    return '';
  }
  return maximum === Number.MAX_SAFE_INTEGER ? `≥ ${minimum}` : `${minimum} to ${maximum}`;
}
