import { refusedByRules } from './refused-rules.ts';
import { refusedByStructure } from './refused-structure.ts';

/** Every spec that admission refuses. */
export const refusedSpecs = [...refusedByStructure, ...refusedByRules];

/** A manifest whose spec need not be one that the types allow. */
export function manifestOf(name: string, spec: object): string {
  return JSON.stringify({ apiVersion: 'imagespec.dev/v1alpha1', kind: 'ImageSpec', metadata: { name }, spec });
}
