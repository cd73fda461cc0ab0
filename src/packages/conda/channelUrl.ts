/** The last part of a channel's URL, for one platform. */
const subdir = /\/(?:noarch|(?:linux|osx|win|freebsd|zos|emscripten|wasi)-[a-z0-9_]+)$/;

/**
 * The channel of a conda record as a specification names it: the servers that conda itself knows are left out, and so
 * is what may be a credential.
 * @param url '' when the record names none
 */
export function condaChannel(url: string): string | null {
  const bare = url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1')
    .replace(/\/t\/[^/]+/g, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(subdir, '');
  const channel = bare
    .replace(/^https:\/\/conda\.anaconda\.org\//, '')
    .replace(/^https:\/\/repo\.anaconda\.com\/(?=pkgs\/)/, '');
  return channel === '' ? null : channel;
}
