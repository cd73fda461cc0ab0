import { listFaults } from '../entries/entryFault.ts';
import { labelList, labelValue, setInput, valueInput } from '../fieldInput.ts';
import type { PackageManager } from '../manager.ts';
import { askedOfCran } from './asked.ts';
import { cranContents } from './contents.ts';
import { cranFailures } from './failures.ts';
import { cranFault } from './grammar.ts';
import { pinCran } from './pin.ts';
import { snapshotFaults, twiceFaults } from './read.ts';
import { cranStep } from './step.ts';

/** Packages of R, from CRAN. */
export const cran = {
  name: 'cran',
  grammar: cranFault,
  asked: askedOfCran,
  read: ({ cran = [], cranSnapshot = null }, config) => ({
    fields: { cran, cranSnapshot },
    faults: [...listFaults('cran', cran, cranFault), ...twiceFaults(cran), ...snapshotFaults(cranSnapshot, config)],
  }),
  input: ({ cran, cranSnapshot }) => ({ cran: setInput(cran), cranSnapshot: valueInput(cranSnapshot) }),
  label: { cran: labelList, cranSnapshot: labelValue },
  step: ({ cran, cranSnapshot }, context) => (cran.length === 0 ? null : cranStep(cran, cranSnapshot, context)),
  buildArguments: () => [],
  // R reads its profile, its environment and its list of repositories from files that these name (?Startup).
  sourceVariables: {
    names: [],
    prefixes: ['CRAN_', 'R_CRAN_', 'R_ENVIRON', 'R_PROFILE', 'R_REPOSITORIES'],
    suffixes: [],
    harmless: [],
  },
  failures: cranFailures,
  primehub: null,
  contents: cranContents,
  pin: pinCran,
} as const satisfies PackageManager<'cran'>;
