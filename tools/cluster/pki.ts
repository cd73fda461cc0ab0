// @peculiar/x509 finds its providers by decorators: the polyfill has to be there first.
import 'reflect-metadata';
import { createPrivateKey, KeyObject, randomBytes, webcrypto } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Clusters live for hours; a month covers a kept one and a clock that is wrong by a day. */
const validity = { before: 24 * 3600 * 1000, after: 30 * 24 * 3600 * 1000 };

/** A certificate with its key, as files in PEM and as text. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** Whom a certificate is for: `group` becomes O and `name` CN, which Kubernetes reads as group and user. */
export interface Subject {
  readonly name: string;
  readonly group: string;
  /** Host names and addresses it serves under; empty for a client. */
  readonly hosts: readonly string[];
}

/** A certificate authority that writes into one folder. */
export interface Authority {
  /** Path of its certificate in PEM. */
  readonly file: string;
  readonly certificate: string;
  readonly keyFile: string;
  /** Issues a certificate and writes `FILE.crt` and `FILE.key` (mode 0600). */
  issue(file: string, subject: Subject): Promise<Certificate>;
}

async function newKeys() {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function pem(key: webcrypto.CryptoKey): string {
  const object = KeyObject.from(key);
  return object.export({ type: object.type === 'private' ? 'pkcs8' : 'spki', format: 'pem' }).toString();
}

/** RFC 5280: a serial number is positive, so its first bit is clear. */
function serialNumber(): string {
  return `5${randomBytes(15).toString('hex').slice(1)}`;
}

function period() {
  return { notBefore: new Date(Date.now() - validity.before), notAfter: new Date(Date.now() + validity.after) };
}

/** Makes a certificate authority named `name` whose files are `FILE.crt` and `FILE.key` in `folder`. */
export async function createAuthority(folder: string, file: string, name: string): Promise<Authority> {
  const keys = await newKeys();
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    ...period(),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  const written = await write(folder, file, root, keys.privateKey);
  return authorityOf(folder, root, keys.privateKey, written);
}

/** The authority whose files `createAuthority` wrote, perhaps in another process. */
export async function openAuthority(folder: string, file: string): Promise<Authority> {
  const [certificateFile, keyFile] = [join(folder, `${file}.crt`), join(folder, `${file}.key`)];
  const [certificate, key] = await Promise.all([certificateFile, keyFile].map((path) => readFile(path, 'utf8')));
  const body = createPrivateKey(key ?? '').export({ type: 'pkcs8', format: 'der' });
  const privateKey = await webcrypto.subtle.importKey('pkcs8', body, algorithm, false, ['sign']);
  const root = new X509Certificate(certificate ?? '');
  return authorityOf(folder, root, privateKey, { certificate: certificate ?? '', certificateFile, keyFile });
}

function authorityOf(
  folder: string,
  root: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  written: Pick<Certificate, 'certificate' | 'certificateFile' | 'keyFile'>,
): Authority {
  async function issue(file: string, subject: Subject): Promise<Certificate> {
    const own = await newKeys();
    const issued = await X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: [{ O: [subject.group] }, { CN: [subject.name] }],
      issuer: root.subjectName,
      ...period(),
      signingKey,
      publicKey: own.publicKey,
      signingAlgorithm: algorithm,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([
          subject.hosts.length === 0 ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth,
        ]),
        ...(subject.hosts.length === 0
          ? []
          : [
              new SubjectAlternativeNameExtension(
                subject.hosts.map((host) => ({ type: isIP(host) === 0 ? 'dns' : 'ip', value: host })),
              ),
            ]),
      ],
    });
    return write(folder, file, issued, own.privateKey);
  }

  return { file: written.certificateFile, certificate: written.certificate, keyFile: written.keyFile, issue };
}

async function write(
  folder: string,
  file: string,
  certificate: X509Certificate,
  privateKey: webcrypto.CryptoKey,
): Promise<Certificate> {
  const certificateFile = join(folder, `${file}.crt`);
  const keyFile = join(folder, `${file}.key`);
  const result = { certificate: `${certificate.toString('pem')}\n`, key: pem(privateKey), certificateFile, keyFile };
  await writeFile(certificateFile, result.certificate);
  await writeFile(keyFile, result.key, { mode: 0o600 });
  return result;
}

/** The key pair that signs ServiceAccount tokens: `FILE.key` and `FILE.pub` in `folder`. */
export async function createSigningKey(folder: string, file: string) {
  const keys = await newKeys();
  const privateFile = join(folder, `${file}.key`);
  const publicFile = join(folder, `${file}.pub`);
  await writeFile(privateFile, pem(keys.privateKey), { mode: 0o600 });
  await writeFile(publicFile, pem(keys.publicKey));
  return { privateFile, publicFile };
}
