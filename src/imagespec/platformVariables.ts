import { mirrorVariable } from '../packages/cran/step.ts';
import { managerList } from '../packages/managers.ts';
import type { NameValue, PlatformSettings } from './effective.ts';

/** The platform's settings that variables of a build follow from. */
type VariableSettings = Pick<PlatformSettings, 'caBundle' | 'proxy' | 'pip' | 'conda' | 'apt' | 'cran'>;

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
export function platformArguments(settings: VariableSettings): readonly NameValue[] {
  return [
    ...(settings.caBundle === '' ? [] : trustArguments.map((name) => ({ name, value: `${paths.trust}/ca.crt` }))),
    ...(aptConfiguration(settings) === '' ? [] : [{ name: 'APT_CONFIG', value: `${paths.trust}/apt.conf` }]),
    // pip before conda, as ever: a layer cache finds its layers by the arguments before them.
    ...managerList.toReversed().flatMap(({ buildArguments }) => buildArguments(settings)),
  ];
}

/** Content of the file that APT_CONFIG names; '' when apt needs none. */
export function aptConfiguration(settings: Pick<VariableSettings, 'caBundle' | 'apt'>): string {
  const lines = [
    ...(settings.caBundle === '' ? [] : [`Acquire::https::CAInfo "${paths.trust}/ca.crt";`]),
    ...(settings.apt.proxy === null
      ? []
      : ['http', 'https'].map((scheme) => `Acquire::${scheme}::Proxy "${settings.apt.proxy}";`)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Both spellings, because programs disagree. Kaniko passes these build arguments to RUN steps without an ARG and stores
 * none.
 */
export function proxyVariables({ proxy }: Pick<VariableSettings, 'proxy'>): readonly (readonly [string, string])[] {
  const named: readonly (readonly [string, string | null])[] = [
    ['HTTP_PROXY', proxy.http],
    ['HTTPS_PROXY', proxy.https],
    ['NO_PROXY', proxy.noProxy],
  ];
  return named.flatMap(([name, value]) =>
    value === null
      ? []
      : ([
          [name, value],
          [name.toLowerCase(), value],
        ] as const),
  );
}

/** The names that the platform sets for every build, in upper case. A build argument would replace them in any spelling. */
export function namesSetByPlatform(settings: VariableSettings): readonly string[] {
  const names = [
    ...platformArguments(settings).map(({ name }) => name),
    ...proxyVariables(settings).map(([name]) => name.toUpperCase()),
    ...(settings.cran.mirror === null ? [] : [mirrorVariable]),
  ];
  return [...new Set(names)];
}
