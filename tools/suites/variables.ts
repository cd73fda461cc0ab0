/** The environment variable that names the node of a run, which its suites share. Without it, a suite starts its own. */
export const nodeVariable = 'IMAGESPEC_TEST_NODE';
