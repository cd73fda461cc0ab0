import type { EntryFinding } from '../../packages/asked/contradictions.ts';
import { plainPartsOf } from '../../packages/conda/grammar.ts';
import { quoted } from '../../packages/entries/quote.ts';
import type { EffectiveSpec } from '../effective.ts';

/** Packages that conda installs only where it sees a driver of NVIDIA (conda, "Managing virtual packages"). */
const cudaNames = /^(?:cuda|cuda-toolkit|cudatoolkit|pytorch-cuda|pytorch-gpu|tensorflow-gpu|jaxlib-cuda|cupy)$/;

/** The first conda package for a GPU where nothing makes conda believe in a driver, which no build has. */
export function cudaFindings({ source, args }: Pick<EffectiveSpec, 'source' | 'args'>): readonly EntryFinding[] {
  if (source.is === 'dockerfile' || args.some(({ name }) => name === 'CONDA_OVERRIDE_CUDA')) {
    return [];
  }
  const index = source.conda.findIndex((entry) => {
    const { name, build } = plainPartsOf(entry);
    return cudaNames.test(name.toLowerCase()) || /cuda/i.test(build) || /\[.*build=["']?[^,"'\]]*cuda/i.test(entry);
  });
  return index === -1
    ? []
    : [
        {
          place: `spec.packages.conda[${index}]`,
          message: `${quoted(source.conda[index] ?? '')} is for a GPU, and conda sees no driver in a build, so it may install the variant without CUDA or none; add {name: CONDA_OVERRIDE_CUDA, value: "12.4"} to spec.build.args`,
        },
      ];
}
