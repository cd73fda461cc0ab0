import { adviceOf } from '../../imagespec/advice.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { formatFinding } from '../manifests/finding.ts';
import { checkInputs, type ManifestOptions } from '../manifests/inputs.ts';
import { type CommandIo, unreadable } from '../io.ts';

export interface ValidateOptions extends ManifestOptions {
  readonly output: 'text' | 'json';
}

/** `kubectl imagespec validate`: the objections of the API server and the operator to these manifests, offline. */
export async function validate(options: ValidateOptions, io: CommandIo): Promise<ExitCode> {
  const checked = await checkInputs(options, io);
  if (!checked.ok) {
    return unreadable(io, checked.failure);
  }
  const { findings, fine, others } = checked.value;
  const advised = fine.flatMap(({ document, plan }) => adviceOf(plan.spec).map((advice) => ({ document, advice })));
  if (options.output === 'json') {
    const valid = fine.map(({ document, asked }) => ({
      file: document.file,
      namespace: asked.namespace,
      name: asked.name,
    }));
    const warnings = advised.map(({ document, advice }) => ({ file: document.file, message: advice }));
    io.out(`${JSON.stringify({ findings, warnings, valid, otherDocuments: others }, null, 2)}\n`);
  } else {
    for (const finding of findings) {
      io.err(`${formatFinding(finding)}\n`);
    }
    for (const { document, advice } of advised) {
      io.err(`${document.file}: warning: ${advice}\n`);
    }
    const faulty = findings.length === 0 ? '' : `, ${findings.length} ${findings.length === 1 ? 'fault' : 'faults'}`;
    const passed = others === 0 ? '' : `, ${others} other ${others === 1 ? 'document' : 'documents'} skipped`;
    io.out(`${fine.length} valid${faulty}${passed}\n`);
  }
  return findings.length === 0 ? exitCodes.ok : exitCodes.findings;
}
