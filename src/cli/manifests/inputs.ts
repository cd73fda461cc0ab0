import { ok, type Result } from '../../api/result.ts';
import { parseConfig } from '../../config/parse.ts';
import type { Config } from '../../config/schema.ts';
import { readOperatorConfig } from '../config/operatorConfig.ts';
import { type CommandIo, type Input, readInputs } from '../io.ts';
import { type CheckedFile, checkDocuments } from './checkManifest.ts';
import { readDocuments } from './documents.ts';
import type { Finding } from './finding.ts';

/** Options of every command that reads manifests. */
export interface ManifestOptions {
  /** Each holds an ImageSpec, or is a mistake. */
  readonly filename: readonly string[];
  /** The operator's configuration file; by default, default values and no policy. */
  readonly config?: string;
}

/**
 * Reads and checks all manifests. A path without any ImageSpec is a fault: it is a mistyped path, or an empty folder. The
 * failure names the unreadable input.
 * @param files are read too, and may hold other objects only: a hook passes every file that changes
 */
export async function checkInputs(
  options: ManifestOptions,
  io: CommandIo,
  files: readonly string[] = [],
): Promise<Result<CheckedFile & { readonly config: Config }, string>> {
  const config = await configOf(options.config);
  if (!config.ok) {
    return config;
  }
  const named = await readInputs(options.filename, io);
  if (!named.ok) {
    return named;
  }
  const passed = await readInputs(files, io);
  if (!passed.ok) {
    return passed;
  }
  const read = [...named.value, ...passed.value].flatMap((input) => input.files).map(readDocuments);
  const checked = checkDocuments(
    read.flatMap(({ documents }) => documents),
    config.value,
  );
  const findings = [...read.flatMap((file) => file.findings), ...checked.findings];
  const heard = new Set([...findings, ...checked.fine.map(({ document }) => document)].map(({ file }) => file));
  return ok({
    ...checked,
    findings: [
      ...findings,
      ...named.value.filter((input) => !input.files.some(({ name }) => heard.has(name))).map(nothingIn),
    ],
    config: config.value,
  });
}

function nothingIn({ path, files }: Input): Finding {
  const message =
    files.length === 0
      ? 'there is no file whose name ends with .yaml, .yml or .json; correct the path'
      : 'there is no ImageSpec of imagespec.dev; correct the path';
  return { file: path, line: 0, column: 0, path: '', message };
}

async function configOf(path: string | undefined): Promise<Result<Config, string>> {
  return path === undefined ? ok(assumedConfig()) : readOperatorConfig(path);
}

/** Configuration for a command without the operator's: it permits any repository for the image. */
export function assumedConfig(): Config {
  const assumed = parseConfig(
    '{images: {operator: assumed.invalid/operator}, output: {repositoryTemplate: "assumed.invalid/{namespace}/{name}"}, policy: {repositories: ["**"]}}',
  );
  if (!assumed.ok) {
    throw new Error(assumed.failure);
  }
  return assumed.value;
}
