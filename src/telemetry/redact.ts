/** Fields whose value is a secret wherever they stand: HTTP headers, registry credentials, kubeconfig and Secret data. */
const secretFields = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-registry-auth',
  'auth',
  'password',
  '[a-z_]*token',
  '\\.?dockerconfigjson',
  '\\.?dockercfg',
  'netrc',
  'client-key-data',
  'tls\\.key',
].join('|');

const hidden = '[redacted]';

/**
 * What is hidden, each as an expression and its replacement. The first two are a secret field of the line itself and one
 * of a JSON text inside a string of the line (an error that quotes the body of an answer), whose quotes are escaped.
 */
const rules: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`("(?:${secretFields})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi'), `$1"${hidden}"`],
  [
    new RegExp(
      `(\\\\"(?:${secretFields})\\\\"\\s*:\\s*)\\\\"(?:[^"\\\\]|\\\\\\\\(?:\\\\\\\\|\\\\"|[^"\\\\]))*\\\\"`,
      'gi',
    ),
    `$1\\"${hidden}\\"`,
  ],
  [/\b(bearer|basic)(\s+)[\w.~+/-]{12,}=*/gi, `$1$2${hidden}`],
  [/(:\/\/)[^\s/"\\@]+@/g, `$1${hidden}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?-----END [A-Z ]*PRIVATE KEY-----/g, hidden],
];

/**
 * The line without secrets: values of fields such as `authorization`, `token` and `auth` at any depth, bearer and basic
 * credentials in any text, user and password of a URL, private keys. JSON stays JSON.
 */
export function redact(line: string): string {
  return rules.reduce((text, [expression, replacement]) => text.replaceAll(expression, replacement), line);
}
