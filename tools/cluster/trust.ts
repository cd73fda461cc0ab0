import { X509Certificate } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

const bundles = [
  process.env['SSL_CERT_FILE'],
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
];

/** As much as the operator's setting `caBundle` takes. */
const longest = 65_536;

/**
 * The authorities that this machine trusts and the public does not: those of a company's proxy, which Pods need to reach
 * package registries. '' when there are none.
 */
export async function privateAuthorities(): Promise<string> {
  const known = new Set([...rootCertificates, ...(await distributed())].map(fingerprintOf));
  for (const path of bundles) {
    const text = path === undefined ? undefined : await readFile(path, 'utf8').catch(() => undefined);
    if (text === undefined) {
      continue;
    }
    const own = certificatesOf(text).filter((certificate) => !known.has(fingerprintOf(certificate)));
    const joined = own.join('\n');
    if (joined.length > longest) {
      throw new Error(
        `${path} holds ${own.length} private authorities, more than the operator's caBundle takes (${longest} characters)`,
      );
    }
    return joined;
  }
  return '';
}

/** Where Debian's package ca-certificates keeps the public ones, which may be newer or older than those of Node.js. */
async function distributed(): Promise<readonly string[]> {
  const folder = '/usr/share/ca-certificates/mozilla';
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap(certificatesOf);
}

function certificatesOf(bundle: string): readonly string[] {
  return bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function fingerprintOf(certificate: string): string {
  return new X509Certificate(certificate).fingerprint256;
}
