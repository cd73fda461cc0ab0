import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The root of the repository. */
export const root = join(import.meta.dirname, '..', '..');

const packageShape = z.object({
  name: z.string(),
  version: z.string().regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/),
  description: z.string(),
  license: z.string(),
  release: z.strictObject({ registry: z.string().min(1), url: z.url() }),
});

/** What a release is called and where it goes. */
export interface Project {
  readonly name: string;
  /** Of operator, chart and command line: they have one version. */
  readonly version: string;
  readonly description: string;
  /** SPDX identifier. */
  readonly license: string;
  /** Host and path below which the images and the chart stand, without a scheme. */
  readonly registry: string;
  /** Web address of the project's repository. */
  readonly url: string;
}

/** Reads package.json, the one place of version, registry and address. */
export function readProject(): Project {
  return projectOf(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
}

/** @param packageJson the parsed file. */
export function projectOf(packageJson: unknown): Project {
  const { name, version, description, license, release } = packageShape.parse(packageJson);
  return { name, version, description, license, ...release };
}

/** Repository of the operator's image. */
export function imageRepository({ registry, name }: Project): string {
  return `${registry}/${name}`;
}

/** The folder of the registry in which the chart stands, as `helm install oci://…` takes it. */
export function chartFolder({ registry }: Project): string {
  return `${registry}/charts`;
}

/** Names that are reserved for examples (RFC 2606, section 3). */
const reserved = /(^|[./])example\.(com|net|org)(?=[:/]|$)/;

/** Whether the project's address is decided. */
export function hasAddress({ url }: Project): boolean {
  return !reserved.test(url);
}

/** What must be decided before a release can be published; each sentence says where. */
export function undecided({ registry, url }: Project): readonly string[] {
  return [
    ...(reserved.test(registry)
      ? [`the registry is ${registry}: write the real one to release.registry of package.json, or use --registry`]
      : []),
    ...(reserved.test(url)
      ? [`the project's address is ${url}: write the real one to release.url of package.json, or use --url`]
      : []),
  ];
}
