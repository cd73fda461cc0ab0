import type { FieldInput } from '../field.ts';

const issues = (path: string) => `https://github.com/${path}`;

/** What people would write into a spec after what they have asked in public. */
export const specInputs: readonly FieldInput[] = [
  {
    source: issues('nextstrain/ncov/pull/1063'),
    input: 'a version without quotes: 3.10, which YAML reads as 3.1',
    expected: 'refused; the hint has 3.10',
    found: 'the hint said "3.1"',
    tried: {
      is: 'spec',
      text: 'baseImage: quay.io/jupyter/minimal-notebook\nenv:\n- {name: PYTHON_VERSION, value: 3.10}\noutput: {tag: 1.20}\n',
      findings: [
        'spec.env[0].value: holds a number; put it in quotes: "3.10"',
        'spec.output.tag: holds a number; put it in quotes: "1.20"',
      ],
    },
  },
  {
    source: issues('evandam/evandam.conda/issues/28'),
    input: 'a package as NAME: VERSION, where a list has texts',
    expected: 'refused at the entry, and what to write',
    tried: {
      is: 'spec',
      text: 'baseImage: quay.io/jupyter/minimal-notebook\npackages:\n  conda:\n  - python: 3.10\n  - numpy\n  pip: numpy\n',
      findings: [
        'spec.packages.conda[0]: holds fields; write text',
        'spec.packages.pip: holds text; write a list: ["numpy"]',
      ],
    },
  },
  {
    source: issues('mamba-org/mamba/issues/2638'),
    input: 'nodefaults among the channels',
    expected: 'refused: it means something in files only',
    tried: {
      is: 'spec',
      text: 'baseImage: quay.io/jupyter/minimal-notebook\npackages:\n  conda: [numpy]\n  condaChannels: [conda-forge, nodefaults]\n',
      findings: ['spec.packages.condaChannels[1]: '],
    },
  },
  {
    source: issues('dptech-corp/Uni-Dock2/issues/1'),
    input: 'a channel of its own by http',
    expected: 'refused: what is fetched is executed, and http protects nothing',
    tried: {
      is: 'spec',
      text: 'baseImage: quay.io/jupyter/minimal-notebook\npackages:\n  conda: [unidock_tools]\n  condaChannels: ["http://quetz.example.org:8088/get/baymax"]\n',
      findings: ['spec.packages.condaChannels[0]: '],
    },
  },
  {
    source: issues('rapidsai/docker/pull/648'),
    input: 'packages for a GPU from their own channel',
    expected: 'taken, with a warning: no build has a driver',
    tried: {
      is: 'spec',
      text: 'baseImage: quay.io/jupyter/minimal-notebook\npackages:\n  conda: [rapidsai::cudf=24.04, cuda-version=12.2, "pytorch=2.3=cuda120*"]\n  condaChannels: [rapidsai, conda-forge, nvidia]\n',
      findings: [],
      warnings: ['spec.packages.conda[2]: "pytorch=2.3=cuda120*" is for a GPU'],
    },
  },
  {
    source: issues('conda/conda/issues/6073'),
    input: 'an export from macOS without builds, in a spec',
    expected: 'taken, with a warning that names the first package of macOS',
    found: 'no word of it',
    tried: {
      is: 'spec',
      text: 'baseImage: quay.io/jupyter/minimal-notebook\npackages:\n  conda: [numpy=1.26.4, appnope=0.1.0, libcxxabi=4.0.1]\n',
      findings: [],
      warnings: ['spec.packages.conda[1]: "appnope=0.1.0" is for macOS only'],
    },
  },
  {
    source: issues('pypa/pip/issues/11735'),
    input: 'an index with a token in its address, and a package that is pinned twice',
    expected: 'the index is refused without its token',
    tried: {
      is: 'spec',
      text: 'baseImage: quay.io/jupyter/minimal-notebook\npackages:\n  pip: [torch==2.3.0, torch==2.4.0]\n  pipIndexes: ["https://robot:glpat-0123@gitlab.example.com/api/v4/projects/1/packages/pypi/simple"]\n',
      findings: ['spec.packages.pipIndexes[0]: '],
    },
  },
];
