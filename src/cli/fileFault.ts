/** Why a file or folder cannot be read and what to do, in words instead of the system's code. */
export function fileFault(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file or folder; correct the path';
    case 'EACCES':
    case 'EPERM':
      return 'you may not read it; change its mode, or run this as its owner';
    case 'EISDIR':
      return 'it is a folder; name a file in it';
    case 'ELOOP':
      return 'its links lead in a circle; name the file itself';
    default:
      return `it cannot be read (${code || (error instanceof Error ? error.message : String(error))})`;
  }
}
