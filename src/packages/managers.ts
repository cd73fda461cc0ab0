import { apt } from './apt/manager.ts';
import { conda } from './conda/manager.ts';
import { cran } from './cran/manager.ts';
import type { PackageManager } from './manager.ts';
import { byManager, type ManagerName } from './names.ts';
import { pip } from './pip/manager.ts';

/** All package managers. One that the CRD has and this table lacks does not compile. */
export const managers = { apt, conda, pip, cran } as const satisfies {
  readonly [Name in ManagerName]: PackageManager<Name>;
};

/** All of them, in the order in which they run. */
export const managerList = Object.values(byManager((name) => managers[name]));

/** Their names, in the same order. */
export const managerNames: readonly ManagerName[] = managerList.map(({ name }) => name);
