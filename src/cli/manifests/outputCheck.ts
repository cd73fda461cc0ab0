import { checkDocuments } from './checkManifest.ts';
import { readDocuments } from './documents.ts';
import { formatFinding } from './finding.ts';
import { assumedConfig } from './inputs.ts';

/** Validates manifests that a command has just written, so that their faults appear immediately. */
export function faultsOfOutput(text: string): readonly string[] {
  const { documents, findings } = readDocuments({ name: '(output)', text });
  const checked = checkDocuments(documents, assumedConfig());
  const passedOver =
    checked.others === 0 ? [] : ['(output): a document is not an ImageSpec: its name or kind is not a string'];
  return [...[...findings, ...checked.findings].map(formatFinding), ...passedOver];
}
