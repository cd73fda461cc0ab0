import type { FieldInput } from './field.ts';
import { condaInputs } from './rows/conda.ts';
import { dockerfileInputs } from './rows/dockerfiles.ts';
import { fileInputs } from './rows/files.ts';
import { imageInputs } from './rows/images.ts';
import { logInputs } from './rows/logs.ts';
import { specInputs } from './rows/specs.ts';
import { systemLogInputs } from './rows/systemLogs.ts';

/** All inputs, in the order of docs/field.md. */
export const fieldInputs: readonly FieldInput[] = [
  ...condaInputs,
  ...fileInputs,
  ...imageInputs,
  ...dockerfileInputs,
  ...specInputs,
  ...logInputs,
  ...systemLogInputs,
];
