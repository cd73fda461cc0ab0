import { checkDocuments } from './checkManifest.ts';
import { readDocuments } from './documents.ts';
import { formatFinding } from './finding.ts';
import { assumedConfig } from './inputs.ts';

/** What `validate` says of manifests that a command has just written: nobody should find out later. */
export function faultsOfOutput(text: string): readonly string[] {
  const { documents, findings } = readDocuments({ name: '(output)', text });
  const checked = checkDocuments(documents, assumedConfig());
  const passedOver =
    checked.others === 0 ? [] : ['(output): a document is no ImageSpec; its name or kind is not a text'];
  return [...[...findings, ...checked.findings].map(formatFinding), ...passedOver];
}
