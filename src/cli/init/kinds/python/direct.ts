/** A requirement with its name, or why it has none, as the end of a sentence that starts with it. */
type Named = { readonly is: 'requirement'; readonly entry: string } | { readonly is: 'nameless'; readonly why: string };

/**
 * A requirement as pip reads it in a file, where a URL may stand alone: `git+https://…#egg=NAME` and `https://…/NAME-1.0-….whl`
 * get their name before them, as PEP 508 asks. Other texts stay as they are.
 */
export function named(text: string): Named {
  if (!/^[a-z][a-z0-9+.-]{1,20}:/i.test(text)) {
    return { is: 'requirement', entry: text };
  }
  const [, plain = '', , marker = ''] = /^(\S+?)(\s*;\s*(.*))?$/.exec(text) ?? [];
  const [url = '', fragment = ''] = plain.split('#', 2);
  const fields = new Map(
    fragment.split('&').map((field) => {
      const [name = '', ...value] = field.split('=');
      return [name, value.join('=')] as const;
    }),
  );
  const egg = fields.get('egg') ?? nameInFile(url);
  if (egg === undefined || egg === '') {
    return { is: 'nameless', why: 'has no name; write "name @ URL"' };
  }
  fields.delete('egg');
  const rest = [...fields]
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .filter((field) => field !== '');
  return {
    is: 'requirement',
    entry: `${decoded(egg)} @ ${url}${rest.length === 0 ? '' : `#${rest.join('&')}`}${marker === '' ? '' : ` ; ${marker}`}`,
  };
}

/** The name in a wheel (PEP 427) or a source archive (PEP 625); undefined where the file's name has none. */
function nameInFile(url: string): string | undefined {
  if (/^[a-z]+\+/i.test(url)) {
    return undefined;
  }
  const file = url.split('?', 1)[0]?.split('/').at(-1) ?? '';
  return (
    /^([A-Za-z0-9_.]+)-[^-]+(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/.exec(file)?.[1] ??
    /^([A-Za-z0-9][A-Za-z0-9_.-]*)-\d[A-Za-z0-9.!+%]*\.(?:tar\.gz|tar\.bz2|tgz|zip)$/.exec(file)?.[1]
  );
}

function decoded(text: string): string {
  return text.replaceAll('%5B', '[').replaceAll('%5D', ']').replaceAll('%2C', ',');
}
