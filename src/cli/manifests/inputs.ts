import { ok, type Result } from '../../api/result.ts';
import { loadConfig } from '../../config/load.ts';
import { parseConfig } from '../../config/parse.ts';
import type { Config } from '../../config/schema.ts';
import { type CheckedFile, checkDocuments } from './checkManifest.ts';
import { readDocuments } from './documents.ts';
import { type CommandIo, readInputs } from '../io.ts';

/** Options of every command that reads manifests. */
export interface ManifestOptions {
  readonly filename: readonly string[];
  /** The operator's configuration file; by default, default values and no policy. */
  readonly config?: string;
}

/** Reads and checks all manifests. The failure names the unreadable input. */
export async function checkInputs(
  options: ManifestOptions,
  io: CommandIo,
): Promise<Result<CheckedFile & { readonly config: Config }, string>> {
  const config = await configOf(options.config);
  if (!config.ok) {
    return config;
  }
  const files = await readInputs(options.filename, io);
  if (!files.ok) {
    return files;
  }
  const read = files.value.map(readDocuments);
  const checked = checkDocuments(
    read.flatMap(({ documents }) => documents),
    config.value,
  );
  return ok({
    ...checked,
    findings: [...read.flatMap(({ findings }) => findings), ...checked.findings],
    config: config.value,
  });
}

async function configOf(path: string | undefined): Promise<Result<Config, string>> {
  return path === undefined ? ok(assumedConfig()) : loadConfig(path);
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
