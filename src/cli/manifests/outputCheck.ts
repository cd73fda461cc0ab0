import { checkDocuments } from './checkManifest.ts';
import { readDocuments } from './documents.ts';
import { type Finding, formatFinding } from './finding.ts';
import { assumedConfig } from './inputs.ts';

/** Validates manifests that a command has just written, so that their faults appear immediately. */
export function findingsOfOutput(text: string): readonly Finding[] {
  const { documents, findings } = readDocuments({ name: '(output)', text });
  const checked = checkDocuments(documents, assumedConfig());
  const passedOver = 'a document is not an ImageSpec: its name or kind is not a string';
  return [
    ...findings,
    ...checked.findings,
    ...(checked.others === 0 ? [] : [{ file: '(output)', line: 0, column: 0, path: '', message: passedOver }]),
  ];
}

/** The same, each as a line. */
export function faultsOfOutput(text: string): readonly string[] {
  return findingsOfOutput(text).map(formatFinding);
}
