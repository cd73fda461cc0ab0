import type { SourceVariables } from '../sourceVariables.ts';

/**
 * conda and mamba read each of their settings from a variable, channels and their servers among them ("Configuration",
 * docs.conda.io). So all count but those that decide how packages are chosen and fetched.
 */
export const condaVariables: SourceVariables = {
  names: ['CONDARC', 'MAMBARC'],
  prefixes: ['CONDA_', 'MAMBA_'],
  suffixes: [],
  harmless: [
    'CONDA_ALWAYS_YES',
    'CONDA_FETCH_THREADS',
    'CONDA_OVERRIDE_ARCHSPEC',
    'CONDA_OVERRIDE_CUDA',
    'CONDA_OVERRIDE_GLIBC',
    'CONDA_OVERRIDE_LINUX',
    'CONDA_QUIET',
    'CONDA_REMOTE_CONNECT_TIMEOUT_SECS',
    'CONDA_REMOTE_MAX_RETRIES',
    'CONDA_REMOTE_READ_TIMEOUT_SECS',
    'CONDA_SAFETY_CHECKS',
    'CONDA_SOLVER',
    'CONDA_VERBOSITY',
    'MAMBA_NO_BANNER',
  ],
};
