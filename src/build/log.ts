const maximumBytes = 8192;

/** Terminal escape sequences (ECMA-48: CSI, OSC and the two-byte ones). */
const escapes = /\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|[@-_])/g;

/** Everything else below space but line feed and tab, DEL, and the C1 controls. */
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** A log without escape sequences and control characters; a carriage return starts a line, as progress bars mean it. */
export function plainText(log: string): string {
  return log.replaceAll(escapes, '').replaceAll(/\r\n?/g, '\n').replaceAll(controls, '');
}

/** Lines of Kaniko about its own progress, which tell nobody why a step failed. */
const noise = /^(INFO\[|time="[^"]*" level=info|Collecting |Downloading |\s*━)/;

/**
 * The telling lines: the log's tail, stripped and without progress lines, at most 8 KiB in whole lines.
 */
export function tellingLines(log: string): string {
  const lines = plainText(log)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !noise.test(line));
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines.slice(-40).toReversed()) {
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > maximumBytes) {
      break;
    }
    kept.unshift(line);
  }
  return kept.join('\n');
}
