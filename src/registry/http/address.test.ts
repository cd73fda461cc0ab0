import { describe, expect, it } from 'vitest';
import { addressKind, realmFault, redirectFault } from './address.ts';

function origin(url: string) {
  return { url: new URL(url), insecure: url.startsWith('http://') };
}

describe('realmFault', () => {
  it.each<[string, string, 'with credential' | 'anonymous', string | undefined]>([
    // Token services as they are.
    ['https://registry-1.docker.io', 'https://auth.docker.io/token', 'with credential', undefined],
    ['https://registry.gitlab.com', 'https://gitlab.com/jwt/auth', 'with credential', undefined],
    ['https://quay.io', 'https://quay.io/v2/auth', 'with credential', undefined],
    ['https://registry.example.co.uk', 'https://auth.example.co.uk/token', 'with credential', undefined],
    ['https://lscr.io', 'https://ghcr.io/token', 'anonymous', undefined],
    ['https://10.0.0.5:5000', 'https://10.0.0.5:5001/token', 'with credential', undefined],
    ['http://registry.local:5000', 'http://registry.local:5001/token', 'with credential', undefined],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5001/token', 'with credential', undefined],
    ['http://registry.local:5000', 'http://localhost:5001/token', 'anonymous', undefined],
    // Realms that collect credentials, or send us into a private network.
    ['https://lscr.io', 'https://ghcr.io/token', 'with credential', 'another domain'],
    ['https://registry.example.co.uk', 'https://evil.co.uk/token', 'with credential', 'another domain'],
    ['https://registry', 'https://other/token', 'with credential', 'another domain'],
    ['https://quay.io', 'https://quay.io.evil.example/token', 'with credential', 'another domain'],
    ['https://quay.io', 'http://quay.io/token', 'with credential', 'not encrypted'],
    ['https://quay.io', 'ftp://quay.io/token', 'with credential', 'not encrypted'],
    ['http://registry.local:5000', 'http://other.local/token', 'anonymous', 'not encrypted'],
    ['https://quay.io', 'https://169.254.169.254/latest/meta-data', 'anonymous', 'not public'],
    ['https://quay.io', 'https://168.63.129.16/machine', 'anonymous', 'not public'],
    ['https://quay.io', 'https://[fd20:ce::254]/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://10.96.0.1/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://192.168.1.1/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://127.0.0.1/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://2130706433/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://localhost/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://[::1]/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://[fd00::1]/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://[fe80::1]/token', 'anonymous', 'not public'],
    ['https://quay.io', 'https://[::ffff:10.0.0.1]/token', 'anonymous', 'not public'],
    ['https://10.0.0.5:5000', 'https://10.0.0.6/token', 'anonymous', 'not public'],
    ['https://10.0.0.5:5000', 'https://8.8.8.8/token', 'with credential', 'another domain'],
  ])('%s names %s, %s: %s', (registry, realm, who, expected) => {
    const fault = realmFault(new URL(realm), origin(registry), who === 'with credential');
    expect(fault ?? 'none').toContain(expected ?? 'none');
  });
});

describe('redirectFault', () => {
  it.each<[string, string, string | undefined]>([
    ['https://registry-1.docker.io', 'https://production.cloudflare.docker.com/x', undefined],
    ['https://quay.io', 'https://cdn01.quay.io/x', undefined],
    ['https://r.example.com', 'https://bucket.s3.amazonaws.com/x', undefined],
    ['http://r.example.com:5000', 'http://r.example.com:9000/x', undefined],
    ['http://r.example.com:5000', 'http://minio.local:9000/x', undefined],
    ['https://10.0.0.5', 'https://10.0.0.6/x', undefined],
    ['https://r.example.com', 'http://r.example.com/x', 'not encrypted'],
    ['http://r.example.com:5000', 'http://other.example.com/x', 'not encrypted'],
    ['https://r.example.com', 'https://169.254.169.254/x', 'not public'],
    ['https://r.example.com', 'https://127.0.0.1:6443/x', 'not public'],
    ['https://r.example.com', 'file:///etc/passwd', 'not encrypted'],
  ])('%s to %s: %s', (registry, target, expected) => {
    const fault = redirectFault(new URL(target), origin(registry), ['minio.local:9000']);
    expect(fault ?? 'none').toContain(expected ?? 'none');
  });
});

describe('what an address is', () => {
  it.each([
    ['2606:4700::1111', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['1.1.1.1', 'public'],
    ['::1', 'private'],
    ['::127.0.0.1', 'private'],
    ['::ffff:127.0.0.1', 'private'],
    ['100::1', 'private'],
    ['2001::1', 'private'],
    ['5f00::1', 'private'],
    ['fec0::1', 'private'],
    // Ways to write 169.254.169.254 in IPv6.
    ['::a9fe:a9fe', 'never'],
    ['::ffff:a9fe:a9fe', 'never'],
    ['64:ff9b::a9fe:a9fe', 'never'],
    ['2002:a9fe:a9fe::1', 'never'],
    ['::6464:64c8', 'never'],
  ])('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });
});
