/** The environment variable that names the node of a run, which its suites share. Without it, a suite starts its own. */
export const nodeVariable = 'IMAGESPEC_TEST_NODE';

/** The environment variable with another seed for the Dockerfiles and specs that the suite grammars generates. */
export const seedVariable = 'IMAGESPEC_FUZZ_SEED';
