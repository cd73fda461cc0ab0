import { readdir, readFile } from 'node:fs/promises';

/** Command lines of all running processes that name `text`. */
export async function processesNaming(text: string): Promise<readonly string[]> {
  const entries = await readdir('/proc');
  const commands = await Promise.all(
    entries
      .filter((entry) => /^\d+$/.test(entry))
      .map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.map((command) => command.replaceAll('\0', ' ').trim()).filter((command) => command.includes(text));
}
