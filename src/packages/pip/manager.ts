import { listFaults } from '../entries/entryFault.ts';
import { labelList, listInput, setInput } from '../fieldInput.ts';
import type { PackageManager } from '../manager.ts';
import { plainPrimehubList } from '../primehub.ts';
import { askedOfPip } from './asked.ts';
import { pipContents } from './contents.ts';
import { pipFailures } from './failures.ts';
import { pipFault } from './grammar.ts';
import { resolvedIndex } from './indexes.ts';
import { pinPip } from './pin.ts';
import { pipStep } from './step.ts';
import { pipVariables } from './variables.ts';

/** Python packages. */
export const pip = {
  name: 'pip',
  grammar: pipFault,
  asked: askedOfPip,
  read: ({ pip = [], pipIndexes = [] }, config) => {
    const indexes = pipIndexes.map((entry, index) => resolvedIndex(entry, index, config));
    return {
      fields: { pip, pipIndexes: indexes.flatMap((index) => (index.ok ? [index.value] : [])) },
      faults: [...listFaults('pip', pip, pipFault), ...indexes.flatMap((index) => (index.ok ? [] : [index.failure]))],
    };
  },
  input: ({ pip, pipIndexes }) => ({ pip: setInput(pip), pipIndexes: listInput(pipIndexes) }),
  label: { pip: labelList, pipIndexes: labelList },
  step: ({ pip, pipIndexes }, context) => (pip.length === 0 ? null : pipStep(pip, pipIndexes, context)),
  buildArguments: ({ pip: { indexUrl } }) => (indexUrl === null ? [] : [{ name: 'PIP_INDEX_URL', value: indexUrl }]),
  sourceVariables: pipVariables,
  failures: pipFailures,
  primehub: (entries) => plainPrimehubList(entries, pipFault),
  contents: pipContents,
  pin: pinPip,
} as const satisfies PackageManager<'pip'>;
