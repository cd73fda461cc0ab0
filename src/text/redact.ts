/** Fields whose value is always a secret: HTTP headers, registry credentials, kubeconfig and Secret data. */
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

/** An expression and its replacement. Repetitions are bounded, so that no hostile log multiplies two of them. */
type Rule = readonly [RegExp, string];

/**
 * Secrets in any text. Redaction keeps JSON valid. The first two rules cover a secret field: one of the line itself, and one
 * of a JSON text inside a string. The quotes of the latter are escaped, as in an error that quotes a response body.
 */
const rules: readonly Rule[] = [
  [new RegExp(`("(?:${secretFields})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi'), `$1"${hidden}"`],
  [
    new RegExp(
      `(\\\\"(?:${secretFields})\\\\"\\s*:\\s*)\\\\"(?:[^"\\\\]|\\\\\\\\(?:\\\\\\\\|\\\\"|[^"\\\\]))*\\\\"`,
      'gi',
    ),
    `$1\\"${hidden}\\"`,
  ],
  [/\b(bearer|basic)(\s+)[\w.~+/-]{12,}=*/gi, `$1$2${hidden}`],
  // User and password of a URL, also a password that contains @. A digest after the @ is not a host.
  [/(:\/\/)[^\s/"\\]+@(?!sha256:)/g, `$1${hidden}@`],
  // Signed URLs, and tokens as a parameter.
  [/([?&](?:[\w-]{0,64}(?:token|signature|password|secret|api[_-]?key)|sig|key)=)[^\s&"'\\<>]+/gi, `$1${hidden}`],
  // Anaconda puts tokens into the path of a channel.
  [/(:\/\/[^\s/"\\]+\/t\/)[^\s/"\\<>]+(?=\/)/g, `$1${hidden}`],
  // Tokens with a recognisable form.
  [/\b(?:gh[pousr]_|github_pat_|glpat-|gldt-|npm_|pypi-|hf_|dckr_pat_|dop_v1_|xox[abprs]-)[\w-]{16,}/g, hidden],
  [/\b(?:sk|rk)-[A-Za-z0-9_-]{20,}/g, hidden],
  [/\bAIza[\w-]{35}/g, hidden],
  [/\beyJ[\w-]{8,400}\.eyJ[\w-]{8,4096}\.[\w-]{0,1024}/g, hidden],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:(?!-----)[^"])*-----END [A-Z ]*PRIVATE KEY-----/g, hidden],
];

/** Words in a name whose value is a secret. */
const secretWords = 'password|passwd|passphrase|token|secret|api[_-]?key|access[_-]?key|private[_-]?key|credentials?';
/** What programs print for an absent value, or for one that they look up. */
const noValue = String.raw`(?!["']?(?:[$<*]|\[redacted\]|(?:none|null|true|false|undefined)\b))`;

/** Further secrets in a log, where a secret ends with its line. */
const lineRules: readonly Rule[] = [
  // A private key without its beginning or end.
  [/(?<![A-Za-z0-9+/=]\n)(?:^[A-Za-z0-9+/=]{16,}[ \t]*\n)+-----END [A-Z ]*PRIVATE KEY-----/gm, hidden],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\r?\n[A-Za-z0-9+/=:, -]+)*/g, hidden],
  // Headers, as clients print them.
  [
    /(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie|[\w-]{1,64}-(?:token|key|secret))(:[ \t]+)[^\s"'][^\r\n"']*/gi,
    `$1$2${hidden}`,
  ],
  // netrc(5), in one line or spread over lines.
  [
    /(\b(?:machine|login)[ \t]+\S{1,256}[ \t]+(?:(?:login|account)[ \t]+\S{1,256}[ \t]+){0,2}password[ \t]+)\S+/g,
    `$1${hidden}`,
  ],
  [/^([ \t]*password[ \t]+)\S+[ \t]*$/gm, `$1${hidden}`],
  // Variables, options of programs, keys of YAML.
  [
    new RegExp(
      `((?<![\\w.-])[\\w.-]{0,64}(?:${secretWords})[\\w.-]{0,64}=)${noValue}(?!=)(?:"[^"\\r\\n]*"|'[^'\\r\\n]*'|[^\\s"']+)`,
      'gi',
    ),
    `$1${hidden}`,
  ],
  [
    new RegExp(
      `((?<![\\w-])--?[\\w-]{0,64}(?:${secretWords}|pass)[ \\t]+)${noValue}(?!-)(?:"[^"\\r\\n]*"|'[^'\\r\\n]*'|[^\\s"']+)`,
      'gi',
    ),
    `$1${hidden}`,
  ],
  [
    new RegExp(`^([ \\t]*(?:- )?["']?[\\w.-]{0,64}(?:${secretWords})["']?:[ \\t]+)${noValue}\\S+[ \\t]*$`, 'gim'),
    `$1${hidden}`,
  ],
  [/((?:^|\s)(?:-u|--user|--proxy-user)(?:[ \t]+|=)["']?[^\s:"']+:)[^\s"']+/gm, `$1${hidden}`],
];

/**
 * The line without secrets: values of fields such as `authorization`, `token` and `auth` at any depth; bearer and basic
 * credentials in any text; user and password of a URL; tokens with a known form; private keys. JSON stays JSON.
 */
export function redact(line: string): string {
  return apply(rules, line);
}

/**
 * A log without secrets: beyond `redact`, it hides headers, netrc entries, and values of variables and options whose
 * names mark a secret. It cannot recognise secrets printed under other names.
 */
export function redactLog(text: string): string {
  return apply(rules, apply(lineRules, text));
}

function apply(list: readonly Rule[], text: string): string {
  return list.reduce((all, [expression, replacement]) => all.replaceAll(expression, replacement), text);
}
