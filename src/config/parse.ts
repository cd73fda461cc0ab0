import { LineCounter, parseDocument } from 'yaml';
import { failed, ok, type Result } from '../api/result.ts';
import { type Config, configSchema } from './schema.ts';

/**
 * Reads the text of a configuration file (YAML 1.1 as Kubernetes reads it, or JSON).
 * A failure is one line per fault, each with the path of the setting; values are not repeated.
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
    return failed(
      checked.error.issues.map((issue) => `${issue.path.join('.') || '(top level)'}: ${issue.message}`).join('\n'),
    );
  }
  return ok(checked.data);
}
