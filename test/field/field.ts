import type { KindName } from '../../src/cli/init/kindNames.ts';
import type { NameValue } from '../../src/imagespec/effective.ts';

/** A file, spec or log that people have shown in public, rewritten and made small, and what becomes of it. */
export interface FieldInput {
  /** Address of the public text that it was written after. */
  readonly source: string;
  /** What people bring, in a few words. */
  readonly input: string;
  /** What is right. */
  readonly expected: string;
  /** What was wrong when it was first tried; absent where nothing was. */
  readonly found?: string;
  readonly tried: Tried;
}

/** How an input is tried: each way is the one that a user or the operator takes. */
export type Tried =
  /** `kubectl imagespec validate` of a spec with this Dockerfile. */
  | {
      readonly is: 'dockerfile';
      readonly text: string;
      readonly args?: readonly NameValue[];
      /** Beginnings of the findings, `LINE: WORDS`; [] where it is taken. */
      readonly findings: readonly string[];
      readonly warnings?: readonly string[];
    }
  /** `kubectl imagespec init` from this file. */
  | {
      readonly is: 'file';
      readonly kind: KindName;
      readonly text: string;
      readonly with?: readonly string[];
      /** The spec that is written, without its base. */
      readonly spec: object;
      /** Parts of the notes, in their order: what is not carried over. */
      readonly notes: readonly string[];
    }
  /** `kubectl imagespec validate` of this spec, in YAML. */
  | {
      readonly is: 'spec';
      readonly text: string;
      readonly findings: readonly string[];
      readonly warnings?: readonly string[];
    }
  /** The end of a build: the operator's own reading of its log. */
  | {
      readonly is: 'log';
      readonly text: string;
      readonly exitCode: number;
      /** A row of the failure table. */
      readonly row: string;
      readonly says: string;
    };
