/** The package managers, in the order in which they run: from the most stable layer to the least. */
export const packageManagers = ['apt', 'conda', 'pip'] as const;

/** A package manager. */
export type PackageManager = (typeof packageManagers)[number];
