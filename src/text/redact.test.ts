import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { redact } from './redact.ts';

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
  { msg: 'basic training for bearers', tokens: 3, author: 'somebody' },
])('leaves %j alone', (entry) => {
  expect(redact(JSON.stringify(entry))).toBe(JSON.stringify(entry));
});

it('hides any secret value, however it is escaped, also inside a quoted body', () => {
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
