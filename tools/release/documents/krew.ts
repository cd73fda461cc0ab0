import { stringify } from 'yaml';
import type { Project } from '../project.ts';

/** Platforms of the command line, in Node.js' names. */
export type Target = 'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64' | 'win-x64';

/** An archive of the command line. */
export interface CliArchive {
  readonly target: Target;
  readonly file: string;
  /** In hex. */
  readonly sha256: string;
  /** Bytes of the archive, and of the executable in it. */
  readonly size: number;
  readonly executableSize: number;
}

const selectors: Readonly<Record<Target, { readonly os: string; readonly arch: string }>> = {
  'linux-x64': { os: 'linux', arch: 'amd64' },
  'linux-arm64': { os: 'linux', arch: 'arm64' },
  'darwin-x64': { os: 'darwin', arch: 'amd64' },
  'darwin-arm64': { os: 'darwin', arch: 'arm64' },
  'win-x64': { os: 'windows', arch: 'amd64' },
};

/** Name of the executable: with it on the PATH, kubectl has the command `kubectl imagespec`. */
export function executableName(target: Target): string {
  return target === 'win-x64' ? 'kubectl-imagespec.exe' : 'kubectl-imagespec';
}

/** Name of an archive, with the processors as Kubernetes names them. */
export function archiveName(project: Project, target: Target): string {
  const { os, arch } = selectors[target];
  return `kubectl-imagespec_${project.version}_${os}_${arch}.tar.gz`;
}

/** Where an asset of this release is to be had. */
function assetUrl({ url, version }: Project, file: string): string {
  return `${url}/releases/download/v${version}/${file}`;
}

/** The manifest with which krew installs the plugin (krew.googlecontainertools.github.com/v1alpha2). */
export function krewManifest(project: Project, archives: readonly CliArchive[]): string {
  return stringify(
    {
      apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
      kind: 'Plugin',
      metadata: { name: 'imagespec' },
      spec: {
        version: `v${project.version}`,
        homepage: project.url,
        shortDescription: 'Check ImageSpecs, follow their builds, compare images',
        description: [
          "Checks ImageSpec manifests offline with the operator's own code, shows how far a build is and why it failed,",
          'follows its logs, asks for another build, and compares the packages of two builds.',
          '',
        ].join('\n'),
        platforms: archives.map(({ target, file, sha256 }) => ({
          selector: { matchLabels: selectors[target] },
          uri: assetUrl(project, file),
          sha256,
          bin: executableName(target),
          files: ['kubectl-imagespec*', 'LICENSE*', 'NOTICE'].map((from) => ({ from, to: '.' })),
        })),
      },
    },
    { lineWidth: 0 },
  );
}

/** Lines that `sha256sum --check` reads. */
export function checksums(files: readonly { readonly name: string; readonly sha256: string }[]): string {
  return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
}
