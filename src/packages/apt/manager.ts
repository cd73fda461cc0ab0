import { listFaults } from '../entries/entryFault.ts';
import { labelList, setInput } from '../fieldInput.ts';
import type { PackageManager } from '../manager.ts';
import { plainPrimehubList } from '../primehub.ts';
import { askedOfApt } from './asked.ts';
import { aptContents } from './contents.ts';
import { aptFailures } from './failures.ts';
import { aptFault } from './grammar.ts';
import { pinApt } from './pin.ts';
import { aptStep } from './step.ts';

/** Debian's and Ubuntu's packages. */
export const apt = {
  name: 'apt',
  grammar: aptFault,
  asked: askedOfApt,
  read: ({ apt = [] }) => ({ fields: { apt }, faults: listFaults('apt', apt, aptFault) }),
  input: ({ apt }) => ({ apt: setInput(apt) }),
  label: { apt: labelList },
  step: ({ apt }, context) => (apt.length === 0 ? null : aptStep(apt, context)),
  buildArguments: () => [],
  // The file that it names, /proc/self/environ among them, may name any archive, proxy or command.
  sourceVariables: { names: ['APT_CONFIG'], prefixes: [], suffixes: [], harmless: [] },
  failures: aptFailures,
  primehub: (entries) => plainPrimehubList(entries, aptFault),
  contents: aptContents,
  pin: pinApt,
} as const satisfies PackageManager<'apt'>;
