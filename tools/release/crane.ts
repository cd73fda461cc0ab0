import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { run } from '../cluster/artifacts/run.ts';

/** What a release does with registries, by crane: it knows the credentials of a Docker configuration and proxies. */
export interface Crane {
  readonly text: (argv: readonly string[]) => Promise<string>;
  /** Output that may be large or no text. */
  readonly toFile: (argv: readonly string[], path: string) => Promise<void>;
}

/**
 * @param program path of crane.
 * @param insecure whether registries may answer without TLS; those on this machine always may.
 */
export function craneOf(program: string, insecure: 'with TLS' | 'without TLS'): Crane {
  const flags = insecure === 'without TLS' ? ['--insecure'] : [];
  return {
    text: (argv) => run(program, [...argv, ...flags]),
    toFile: async (argv, path) => {
      const file = await open(path, 'w');
      try {
        const child = spawn(program, [...argv, ...flags], { stdio: ['ignore', file.fd, 'pipe'] });
        let said = '';
        child.stderr?.setEncoding('utf8').on('data', (text: string) => {
          said = (said + text).slice(-4096);
        });
        const [code]: unknown[] = await once(child, 'close');
        if (code !== 0) {
          throw new Error(`crane ${argv.join(' ')}: ${said.trim()}`);
        }
      } finally {
        await file.close();
      }
    },
  };
}

/** SHA-256 of a file, in hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
