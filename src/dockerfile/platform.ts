import type { NameValue, PlatformSettings } from '../imagespec/effective.ts';
import { managerList } from '../packages/managers.ts';

/** Where the platform's files lie while a Dockerfile is built. Mounts: none is in a layer of the image. */
export const paths = {
  /** Folder of the certificate bundle, `ca.crt`, and of apt's configuration, `apt.conf`. */
  trust: '/imagespec/trust',
  /** Credentials of package indexes and channels, in the form of netrc(5). */
  netrc: '/imagespec/credentials/netrc',
} as const;

/** Names under which programs look for a certificate bundle. */
const trustArguments = [
  'SSL_CERT_FILE',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'NODE_EXTRA_CA_CERTS',
  'CONDA_SSL_VERIFY',
] as const;

/**
 * What the platform's configuration sets while a Dockerfile is built: build arguments, each declared in every stage. None
 * stays in the image, and none is part of its identity.
 */
export function platformArguments(settings: PlatformSettings): readonly NameValue[] {
  return [
    ...(settings.caBundle === '' ? [] : trustArguments.map((name) => ({ name, value: `${paths.trust}/ca.crt` }))),
    ...(aptConfiguration(settings) === '' ? [] : [{ name: 'APT_CONFIG', value: `${paths.trust}/apt.conf` }]),
    // pip before conda, as ever: a layer cache finds its layers by the arguments before them.
    ...managerList.toReversed().flatMap(({ buildArguments }) => buildArguments(settings)),
  ];
}

/** Content of the file that APT_CONFIG names; '' when apt needs none. */
export function aptConfiguration(settings: PlatformSettings): string {
  const lines = [
    ...(settings.caBundle === '' ? [] : [`Acquire::https::CAInfo "${paths.trust}/ca.crt";`]),
    ...(settings.apt.proxy === null
      ? []
      : ['http', 'https'].map((scheme) => `Acquire::${scheme}::Proxy "${settings.apt.proxy}";`)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
