import type { PackageRow } from '../../packages/failures.ts';
import { managerList } from '../../packages/managers.ts';

const rows = managerList.flatMap(({ failures }) => failures.packages);

/** What the managers refuse. A package that is not found comes before the conflict that follows from it. */
export const packageRows: readonly PackageRow[] = [
  ...rows.filter(({ reason }) => reason === 'PackageNotFound'),
  ...rows.filter(({ reason }) => reason === 'DependencyConflict'),
];
