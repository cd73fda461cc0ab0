import type { FieldInput } from '../field.ts';

const issues = (path: string) => `https://github.com/${path}`;

/** Environments of conda. */
export const condaInputs: readonly FieldInput[] = [
  {
    source: issues('jupyterhub/repo2docker/issues/1131'),
    input: 'a version with a blank between name and bounds',
    expected: 'carried over as it is',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'name: test\nchannels:\n- conda-forge\ndependencies:\n- python >=3.10,<3.11\n',
      spec: { packages: { conda: ['python >=3.10,<3.11'], condaChannels: ['conda-forge'] } },
      notes: [],
    },
  },
  {
    source: issues('mamba-org/mamba/issues/3589'),
    input: 'nodefaults, and pip without a version',
    expected: 'carried over; nodefaults and pip itself add nothing',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'channels:\n  - conda-forge\n  - bioconda\n  - nodefaults\ndependencies:\n  - pip\n  - pip:\n    - checkm\n',
      spec: { packages: { pip: ['checkm'], condaChannels: ['conda-forge', 'bioconda'] } },
      notes: [],
    },
  },
  {
    source: issues('ContinuumIO/anaconda-issues/issues/10183'),
    input: 'an export with builds, from macOS',
    expected: 'carried over, with a note: macOS only, its builds do not fit',
    found: 'no word of it',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'name: work\nchannels:\n  - defaults\ndependencies:\n  - openssl=1.0.2p=h1de35cc_0\n  - libcxxabi=4.0.1=hebd6815_0\n  - python=3.6.6=hc167b69_0\nprefix: /Users/ada/anaconda3/envs/work\n',
      spec: {
        packages: {
          conda: ['openssl=1.0.2p=h1de35cc_0', 'libcxxabi=4.0.1=hebd6815_0', 'python=3.6.6=hc167b69_0'],
          condaChannels: ['defaults'],
        },
      },
      notes: ['spec.packages.conda[1]: "libcxxabi=4.0.1=hebd6815_0" is for macOS only'],
    },
  },
  {
    source: issues('anaconda/docker-images/issues/109'),
    input: 'an export with builds, from Windows',
    expected: 'the same for Windows',
    found: 'no word of it',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'name: base\ndependencies:\n  - mkl_fft=1.0.6=py36hdbbee80_0\n  - wincertstore=0.2=py36h7fe50ca_0\n  - vs2015_runtime=14.15.26706=h3a45250_0\n',
      spec: {
        packages: {
          conda: [
            'mkl_fft=1.0.6=py36hdbbee80_0',
            'wincertstore=0.2=py36h7fe50ca_0',
            'vs2015_runtime=14.15.26706=h3a45250_0',
          ],
        },
      },
      notes: ['spec.packages.conda[1]: "wincertstore=0.2=py36h7fe50ca_0" is for Windows only'],
    },
  },
  {
    source: issues('DataKind-DC/rcp2/issues/57'),
    input: 'two packages of macOS among others, without builds',
    expected: 'a note that names the first',
    found: 'no word of it',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'dependencies:\n  - pandas\n  - python.app\n  - appnope\n',
      spec: { packages: { conda: ['pandas', 'python.app', 'appnope'] } },
      notes: ['"python.app" is for macOS only'],
    },
  },
  {
    source: issues('jupyterhub/mybinder.org-user-guide/issues/149'),
    input: 'builds behind ==, as conda prints them',
    expected: 'carried over',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'dependencies:\n  - jsonschema==2.6.0=py36hb385e00_0\n  - tornado==5.1.1=py36h1de35cc_0\n',
      spec: { packages: { conda: ['jsonschema==2.6.0=py36hb385e00_0', 'tornado==5.1.1=py36h1de35cc_0'] } },
      notes: [],
    },
  },
  {
    source: issues('datitran/object_detector_app/issues/41'),
    input: 'a channel before a package with its build, and an old list of conda',
    expected: 'carried over',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'channels: [menpo, defaults]\ndependencies:\n  - jlaura::opencv3=3.0.0=py35_0\n  - freetype=2.5.5=2\n  - tbb=4.3_20141023=0\n',
      spec: {
        packages: {
          conda: ['jlaura::opencv3=3.0.0=py35_0', 'freetype=2.5.5=2', 'tbb=4.3_20141023=0'],
          condaChannels: ['menpo', 'defaults'],
        },
      },
      notes: [],
    },
  },
  {
    source: issues('conda/ceps'),
    input: 'the fields of the draft standard: category, platforms, variables; and one that is none',
    expected: 'variables are env; the field that is none is named',
    found: '`category` was called no field',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'name: demo\ncategory: dev\nplatforms: [linux-64, osx-arm64]\nchannels: [conda-forge]\ndependencies: [numpy]\nvariables: {OMP_NUM_THREADS: 4}\nrun-scripts: [a.sh]\n',
      spec: {
        packages: { conda: ['numpy'], condaChannels: ['conda-forge'] },
        env: [{ name: 'OMP_NUM_THREADS', value: '4' }],
      },
      notes: ['-:7: "run-scripts" is no field of an environment of conda'],
    },
  },
  {
    source: issues('jupyterhub/repo2docker/issues/1101'),
    input: 'conda list --explicit of a working environment',
    expected: 'each package with its build, the channel, one note about checksums',
    tried: {
      is: 'file',
      kind: 'conda-list',
      text: '# This file may be used to create an environment using:\n# $ conda create --name <env> --file <this file>\n# platform: linux-64\n@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/openssl-1.1.1l-h7f98852_0.tar.bz2#de7b38a1542dbe6f41653a8ae71adc53\nhttps://conda.anaconda.org/conda-forge/noarch/pip-21.3.1-pyhd8ed1ab_0.tar.bz2#e4fe2a9af78ff11f1aced7e62128c6a8\n',
      spec: {
        packages: {
          conda: ['openssl=1.1.1l=h7f98852_0', 'pip=21.3.1=pyhd8ed1ab_0'],
          condaChannels: ['conda-forge'],
        },
      },
      notes: ['-:5: the checksums are not carried over'],
    },
  },
  {
    source: issues('jupyterhub/repo2docker/blob/HEAD/tests/conda/r4.2/environment.yml'),
    input: 'R from conda, no name and no channels',
    expected: 'carried over',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'dependencies:\n  - r-base=4.2\n  - r-ggplot2\n',
      spec: { packages: { conda: ['r-base=4.2', 'r-ggplot2'] } },
      notes: [],
    },
  },
  {
    source: issues('jupyterhub/repo2docker/blob/HEAD/tests/conda/channel-dep/environment.yml'),
    input: 'a channel within a package, with comments between',
    expected: 'carried over',
    tried: {
      is: 'file',
      kind: 'environment',
      text: 'name: demo\ndependencies:\n  - python=3.12\n  # specify a channel name in the dependency\n  - bokeh::jupyter_bokeh==2.0.3\n',
      spec: { packages: { conda: ['python=3.12', 'bokeh::jupyter_bokeh==2.0.3'] } },
      notes: [],
    },
  },
];
