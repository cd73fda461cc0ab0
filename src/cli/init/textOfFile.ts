import { failed, ok, type Result } from '../../api/result.ts';

/** A text's encoding, from its first bytes (Unicode, "Byte Order Mark"). Windows tools write UTF-16 with `>`. */
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) {
    return 'utf-16le';
  }
  if (first === 0xfe && second === 0xff) {
    return 'utf-16be';
  }
  // Without a mark: the files that are read begin with ASCII, of which UTF-16 makes one byte zero.
  return second === 0 && first !== 0 ? 'utf-16le' : first === 0 && second !== 0 ? 'utf-16be' : 'utf-8';
}

/**
 * The text in a file's bytes, without a byte order mark. Fails for what is no text, with the end of a sentence that starts
 * with the file.
 */
export function textOfBytes(bytes: Uint8Array): Result<string, string> {
  const encoding = encodingOf(bytes);
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? failed('holds zero bytes, so it is no text') : ok(text);
  } catch {
    return failed(`is not in ${encoding === 'utf-8' ? 'UTF-8' : 'UTF-16'}; save it as UTF-8`);
  }
}
