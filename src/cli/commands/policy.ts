import { stringify } from 'yaml';
import type { Config } from '../../config/schema.ts';
import { admissionPolicy } from '../../imagespec/policy/admissionPolicy.ts';
import { readOperatorConfig } from '../config/operatorConfig.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';

export interface PolicyOptions {
  readonly config: string;
}

/** `kubectl imagespec policy`: the policy of a configuration as admission manifests. */
export async function policy({ config: path }: PolicyOptions, io: CommandIo): Promise<ExitCode> {
  const config = await readOperatorConfig(path);
  if (!config.ok) {
    return unreadable(io, config.failure);
  }
  io.out(admissionManifest(config.value));
  return exitCodes.ok;
}

/** ValidatingAdmissionPolicy and binding as YAML documents. */
export function admissionManifest(config: Config): string {
  return admissionPolicy(config)
    .map((object) => stringify(object, { lineWidth: 0 }))
    .join('---\n');
}
