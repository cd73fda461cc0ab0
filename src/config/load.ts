import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { failed, type Result } from '../api/result.ts';
import { parseConfig } from './parse.ts';
import type { Config } from './schema.ts';

/** Reads the configuration file. The failure names the file and, per line, the faulty setting. */
export async function loadConfig(path: string): Promise<Result<Config, string>> {
  const text = await readText(path);
  return text.ok ? read(path, text.value) : text;
}

async function readText(path: string): Promise<Result<string, string>> {
  try {
    return { ok: true, value: await readFile(path, 'utf8') };
  } catch (error) {
    return failed(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function read(path: string, text: string): Result<Config, string> {
  const parsed = parseConfig(text);
  const fault = parsed.ok ? trustFault(parsed.value) : parsed.failure;
  return fault === undefined ? parsed : failed(`${path}: ${fault}`);
}

const certificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Node.js ends the process for certificates that it cannot read. */
function trustFault({ caBundle }: Config): string | undefined {
  const found = caBundle.match(certificate) ?? [];
  if (caBundle !== '' && found.length === 0) {
    return 'caBundle: there is no PEM certificate (-----BEGIN CERTIFICATE-----) in it';
  }
  for (const [index, pem] of found.entries()) {
    try {
      // oxlint-disable-next-line no-new -- only the constructor reads it
      new X509Certificate(pem);
    } catch {
      return `caBundle: certificate ${index + 1} of ${found.length} cannot be read`;
    }
  }
  return undefined;
}

/** What follows from a changed file. */
export interface ConfigChanges {
  /** The new configuration; the next look at the file waits for it. */
  readonly changed: (config: Config) => Promise<void>;
  /** The file was changed to one that the operator does not accept: once for each text. */
  readonly refused: (failure: string) => void;
}

/**
 * Follows the file until the signal. It reads the text again and again: a ConfigMap's volume changes by a link that file
 * events do not show on every system.
 *
 * @param everyMs pause between two looks
 */
export async function followConfig(
  path: string,
  everyMs: number,
  { changed, refused }: ConfigChanges,
  signal: AbortSignal,
): Promise<void> {
  let last = await readText(path);
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    const text = await readText(path);
    if (signal.aborted || sameText(text, last)) {
      continue;
    }
    last = text;
    const config = text.ok ? read(path, text.value) : text;
    if (config.ok) {
      await changed(config.value);
    } else {
      refused(config.failure);
    }
  }
}

function sameText(one: Result<string, string>, other: Result<string, string>): boolean {
  return one.ok === other.ok && (one.ok ? one.value : one.failure) === (other.ok ? other.value : other.failure);
}
