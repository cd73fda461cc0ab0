/**
 * Terminal escape sequences (ECMA-48), with ESC or as one C1 control: control sequences, the strings of OSC, DCS, SOS,
 * PM and APC with their contents, and the short ones. Of a string that does not end on its line, only the introducer is
 * removed: it must not swallow the following output of another program.
 */
const escapes =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\u001B[PX\]^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C\n]*(?:\u0007|\u001B\\|\u009C)|\u001B[ -/]*[0-~]/g;

/** All other characters below space except line feed and tab, DEL, and the C1 controls. */
const controls = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;

/** Characters that reorder or hide text (Unicode's bidirectional and invisible formats). */
const hiddenFormats = /[\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/**
 * A text without escape sequences, control characters and invisible formats. A carriage return starts a line, as
 * progress bars intend, and so do Unicode's separators.
 */
export function plainText(text: string): string {
  return text
    .replaceAll(escapes, '')
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll(controls, '')
    .replaceAll(hiddenFormats, '');
}
