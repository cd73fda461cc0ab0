import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactLog } from './redact.ts';

const secret = 's3cr3t-Zm9vOmJhcg';

it.each<[string, unknown]>([
  ['a header', { headers: { authorization: `Bearer ${secret}` } }],
  ['a header in capitals', { headers: { Authorization: secret } }],
  ['a cookie', { 'set-cookie': secret }],
  ['a token deep inside', { a: [{ b: { access_token: secret } }] }],
  ['an identity token', { identitytoken: secret }],
  ['a registry credential', { auths: { 'r.example': { auth: secret, password: `${secret}"\\` } } }],
  ['the data of a Secret', { data: { '.dockerconfigjson': secret, netrc: secret, 'tls.key': secret } }],
  ['a body quoted in an error', { err: { message: `HTTP 500, body: ${JSON.stringify({ token: `a"\\${secret}` })}` } }],
  ['a header in a message', { msg: `request failed, Authorization: Basic ${secret}==` }],
  ['a URL with a password', { url: `https://user:${secret}@r.example/v2/` }],
  ['a private key', { msg: `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----` }],
])('hides %s and leaves valid JSON', (_, entry) => {
  const line = redact(JSON.stringify(entry));
  expect(line).not.toContain(secret);
  expect(line).toContain('[redacted]');
  expect(isJson(line)).toBe(true);
});

it.each([
  { pullSecret: 'registry-pull', pushSecret: 'registry-push' },
  { image: 'r.example/a/b@sha256:0123', url: 'https://r.example/v2/' },
  { msg: 'basic training for bearers', tokens: 3, author: 'jane' },
])('leaves %j alone', (entry) => {
  expect(redact(JSON.stringify(entry))).toBe(JSON.stringify(entry));
});

it('hides any secret value with any escapes, also inside a quoted body', () => {
  assert(
    property(string({ unit: 'binary' }), string({ unit: 'binary' }), (value, other) => {
      const body = { token: value, other };
      const line = redact(JSON.stringify({ ...body, quoted: JSON.stringify({ token: value }) }));
      expect(JSON.parse(line)).toMatchObject({ token: '[redacted]', quoted: '{"token":"[redacted]"}' });
    }),
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('a log', () => {
  const hidden = 'hunter2-S3cr3t';

  it.each([
    `+ curl -u reader:${hidden} https://r.example/simple`,
    `curl --user reader:${hidden} https://r.example`,
    `Looking in indexes: https://reader:${hidden}@r.example/simple`,
    `https://reader:p@ss${hidden}@r.example/simple`,
    `> Authorization: Basic ${hidden}`,
    `> authorization: token ${hidden}`,
    `PRIVATE-TOKEN: ${hidden}`,
    `X-JFrog-Art-Api-Key: ${hidden}`,
    `Set-Cookie: session=${hidden}; Path=/`,
    `machine r.example login reader password ${hidden}`,
    `login reader password ${hidden}`,
    `machine r.example\n  login reader\n  password ${hidden}\n`,
    `PIP_PASSWORD=${hidden} pip install x`,
    `export AWS_SECRET_ACCESS_KEY="${hidden}"`,
    `HF_TOKEN=${hidden}`,
    `db.password=${hidden}`,
    `docker login --password ${hidden} r.example`,
    `twine upload --password=${hidden}`,
    `api_key: ${hidden}`,
    `- token: ${hidden}`,
    `https://r.example/file?X-Amz-Signature=${hidden}&x=1`,
    `https://r.example/api?access_token=${hidden}`,
    `https://conda.anaconda.org/t/${hidden}/channel/noarch`,
    '{"auths": {"r.example": {"auth": "HUNTER"}}}'.replace('HUNTER', hidden),
    `glpat-${hidden}abcdefgh`,
    `ghp_${'a1B2'.repeat(9)}`,
    `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${'x'.repeat(43)}`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${'QUJD'.repeat(16)}\n${'QUJD'.repeat(16)}`,
    `${'QUJD'.repeat(16)}\n${'QUJD'.repeat(16)}\n-----END RSA PRIVATE KEY-----`,
  ])('%j is shown without its secret', (text) => {
    const shown = redactLog(text);
    expect(shown).toContain('[redacted]');
    expect(shown).not.toMatch(/hunter2|a1B2|eyJ|QUJD/);
  });

  it.each([
    'E: Unable to locate package libpam-password',
    'ERROR: No matching distribution found for secrets-token==1.0',
    'SyntaxError: Unexpected token: }',
    'password authentication failed for user "x"',
    'TOKEN=$TOKEN SECRET= PASSWORD=None',
    'pip install --token',
    'FROM docker://r.example/x@sha256:0123',
    'https://files.example.org/packages/ab/cd/numpy-1.0.tar.gz#sha256=0123',
    '/opt/conda/lib/python3.11/token.py:12: in secret',
    'git clone git@github.com:x/y.git',
  ])('%j is left alone', (text) => {
    expect(redactLog(text)).toBe(text);
  });

  it('of hostile repetitions takes no quadratic time', () => {
    const parts = [
      'a-',
      'token',
      '://a',
      'eyJaaaaaaaa-',
      '-----BEGIN PRIVATE KEY-----',
      `${'A'.repeat(64)}\n`,
      '--token ',
    ];
    for (const part of parts) {
      expect(redactLog(part.repeat(131_072 / part.length))).not.toBe('');
    }
  });
});
