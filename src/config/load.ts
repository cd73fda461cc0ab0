import { readFile } from 'node:fs/promises';
import { failed, type Result } from '../api/result.ts';
import { parseConfig } from './parse.ts';
import type { Config } from './schema.ts';

/** Reads the configuration file. The failure names the file and, per line, the faulty setting. */
export async function loadConfig(path: string): Promise<Result<Config, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return failed(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = parseConfig(text);
  return parsed.ok ? parsed : failed(`${path}: ${parsed.failure}`);
}
