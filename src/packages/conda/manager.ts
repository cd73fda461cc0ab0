import { listFaults } from '../entries/entryFault.ts';
import { labelList, listInput, setInput } from '../fieldInput.ts';
import type { PackageManager } from '../manager.ts';
import { askedOfConda } from './asked.ts';
import { channelNameFault } from './channel.ts';
import { condaContents } from './contents.ts';
import { condaFailures } from './failures.ts';
import { condaFault } from './grammar.ts';
import { pinConda } from './pin.ts';
import { condaPrimehubList } from './primehub.ts';
import { condaStep } from './step.ts';
import { condaVariables } from './variables.ts';

/** Packages of conda, from channels. */
export const conda = {
  name: 'conda',
  grammar: condaFault,
  asked: askedOfConda,
  read: ({ conda = [], condaChannels = [] }) => ({
    fields: { conda, condaChannels },
    faults: [
      ...listFaults('conda', conda, condaFault),
      ...listFaults('condaChannels', condaChannels, channelNameFault),
    ],
  }),
  input: ({ conda, condaChannels }) => ({ conda: setInput(conda), condaChannels: listInput(condaChannels) }),
  label: { conda: labelList, condaChannels: labelList },
  step: ({ conda, condaChannels }, context) => (conda.length === 0 ? null : condaStep(conda, condaChannels, context)),
  buildArguments: ({ conda: { channelAlias } }) =>
    channelAlias === null ? [] : [{ name: 'CONDA_CHANNEL_ALIAS', value: channelAlias }],
  sourceVariables: condaVariables,
  failures: condaFailures,
  primehub: condaPrimehubList,
  contents: condaContents,
  pin: pinConda,
} as const satisfies PackageManager<'conda'>;
