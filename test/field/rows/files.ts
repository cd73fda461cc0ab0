import type { FieldInput } from '../field.ts';

const issues = (path: string) => `https://github.com/${path}`;

/** Other files that people keep their environments in. */
export const fileInputs: readonly FieldInput[] = [
  {
    source: issues('jupyterhub/binderhub/issues/955'),
    input: 'a Pipfile of a few packages',
    expected: 'its packages; Python and the other category are noted',
    tried: {
      is: 'file',
      kind: 'pipfile',
      text: '[[source]]\nname = "pypi"\nurl = "https://pypi.org/simple"\nverify_ssl = true\n\n[packages]\nnumpy = "*"\nmatplotlib = "==3.9.2"\n\n[dev-packages]\n\n[requires]\npython_version = "3.12"\n',
      spec: { packages: { pip: ['numpy', 'matplotlib==3.9.2'] } },
      notes: ['Python "3.12" is not carried over', 'optional and not carried over: dev-packages'],
    },
  },
  {
    source: issues('astral-sh/uv/issues/8450'),
    input: 'a private index with its password in the address',
    expected: 'the index is noted without its password; the packages are there',
    tried: {
      is: 'file',
      kind: 'requirements',
      text: '--index-url https://robot:hunter2@gitlab.example.com/api/v4/groups/7/-/packages/pypi/simple\nalembic==1.13.3\ntm-redis==2.1.1\n',
      spec: { packages: { pip: ['alembic==1.13.3', 'tm-redis==2.1.1'] } },
      notes: ['-:1: the index is not carried over'],
    },
  },
  {
    source: issues('pypa/pip/issues/9557'),
    input: 'two extra indexes on one host, each with a token',
    expected: 'both are noted, no token is shown',
    tried: {
      is: 'file',
      kind: 'requirements',
      text: '--extra-index-url https://b:token1@gitlab.com/api/v4/projects/1/packages/pypi/simple\n--extra-index-url https://a:token2@gitlab.com/api/v4/projects/2/packages/pypi/simple\nwegift-package-a\n',
      spec: { packages: { pip: ['wegift-package-a'] } },
      notes: ['-:1: the index is not carried over', '-:2: the index is not carried over'],
    },
  },
  {
    source: 'https://www.github.com/Nic30/jupyter_widget_hwt/blob/master/Dockerfile',
    input: 'code from git by git://, and by https with #egg',
    expected: 'the one by https; the other is noted: nothing protects it on its way',
    tried: {
      is: 'file',
      kind: 'requirements',
      text: 'git+git://github.com/example/hwtLib.git@master#egg=hwtLib\ngit+https://github.com/example/hwtGraph.git@master#egg=hwtGraph\n',
      spec: { packages: { pip: ['hwtGraph @ git+https://github.com/example/hwtGraph.git@master'] } },
      notes: ['-:1: "hwtLib @ git+git://'],
    },
  },
  {
    source: issues('HHHMGK/graph-neural-pde'),
    input: 'wheels of PyTorch: an index first, pages of links, local versions with blanks',
    expected: 'indexes in their order, the links as one build argument',
    tried: {
      is: 'file',
      kind: 'requirements',
      text: '--index-url=https://download.pytorch.org/whl/cu121\n--extra-index-url=https://pypi.org/simple\ntorch == 2.2.2+cu121\n-f https://data.pyg.org/whl/torch-2.2.2+cu121.html\ntorch_scatter\n--find-links https://data.dgl.ai/wheels/cu121/repo.html\ndgl==1.1.3+cu121\n',
      spec: {
        packages: {
          pip: ['torch == 2.2.2+cu121', 'torch_scatter', 'dgl==1.1.3+cu121'],
          pipIndexes: ['https://download.pytorch.org/whl/cu121', 'https://pypi.org/simple'],
        },
        build: {
          args: [
            {
              name: 'PIP_FIND_LINKS',
              value: 'https://data.pyg.org/whl/torch-2.2.2+cu121.html https://data.dgl.ai/wheels/cu121/repo.html',
            },
          ],
        },
      },
      notes: [],
    },
  },
  {
    source: issues('kartikvrama/parsec'),
    input: 'the same with --no-index, which forbids every index',
    expected: 'noted: a spec cannot say it',
    tried: {
      is: 'file',
      kind: 'requirements',
      text: '--no-index\n--find-links https://pytorch-geometric.com/whl/torch-2.1.0+cu118.html\ntorch-scatter\n',
      spec: {
        packages: { pip: ['torch-scatter'] },
        build: {
          args: [{ name: 'PIP_FIND_LINKS', value: 'https://pytorch-geometric.com/whl/torch-2.1.0+cu118.html' }],
        },
      },
      notes: ['-:1: "--no-index" is an option'],
    },
  },
  {
    source: 'https://peps.python.org/pep-0751/',
    input: 'pylock.toml with a marker, a package from git, a group',
    expected: 'carried over; the group is noted',
    found: 'not read',
    tried: {
      is: 'file',
      kind: 'pylock',
      text: 'lock-version = "1.0"\ncreated-by = "mousebender"\nrequires-python = "==3.12.*"\n[[packages]]\nname = "attrs"\nversion = "25.1.0"\n[[packages]]\nname = "cattrs"\nversion = "24.1.2"\nmarker = "python_version < \'3.13\'"\n[[packages]]\nname = "numpy"\nvcs = { type = "git", url = "https://github.com/numpy/numpy", commit-id = "0123456789abcdef0123456789abcdef01234567" }\n[[packages]]\nname = "pytest"\nversion = "8.3.4"\nmarker = "\'test\' in dependency_groups"\n',
      spec: {
        packages: {
          pip: [
            'attrs==25.1.0',
            "cattrs==24.1.2 ; python_version < '3.13'",
            'numpy @ git+https://github.com/numpy/numpy@0123456789abcdef0123456789abcdef01234567',
          ],
        },
      },
      notes: ['the hashes are not carried over', 'Python "==3.12.*"', 'optional and not carried over: test'],
    },
  },
  {
    source: issues('opencpu/opencpu/issues/411'),
    input: 'install.R with a package of CRAN and one of GitHub',
    expected: 'the one of CRAN; the other is noted with its line',
    tried: {
      is: 'file',
      kind: 'install-r',
      text: "install.packages('remotes')\nremotes::install_github('tidyverse/dplyr')\n",
      spec: { packages: { cran: ['remotes'] } },
      notes: ['-:2: this is no plain install.packages'],
    },
  },
  {
    source: issues('h2oai/h2o-3/issues/15693'),
    input: "install.R from a repository that is not CRAN's",
    expected: 'the package, and a note that names the repository',
    found: 'the repository was dropped without a word',
    tried: {
      is: 'file',
      kind: 'install-r',
      text: 'install.packages("renv", repos = "https://cloud.r-project.org/")\ninstall.packages("h2o", type = "source", repos = "http://h2o-release.example/h2o/latest_stable_R")\n',
      spec: { packages: { cran: ['renv', 'h2o'] } },
      notes: ['-:2: the repository "http://h2o-release.example/h2o/latest_stable_R" is not carried over'],
    },
  },
  {
    source: 'https://raw.githubusercontent.com/jupyter/docker-stacks/main/docs/using/recipes.md',
    input: 'a recipe of docker-stacks: a Dockerfile that copies requirements.txt',
    expected: 'into spec.dockerfile; the line of the COPY is noted',
    tried: {
      is: 'file',
      kind: 'dockerfile',
      text: 'FROM quay.io/jupyter/base-notebook\nRUN mamba install --yes \'flake8\' && \\\n    mamba clean --all -f -y && \\\n    fix-permissions "${CONDA_DIR}"\nCOPY --chown=${NB_UID}:${NB_GID} requirements.txt /tmp/\n',
      spec: {
        dockerfile:
          'FROM quay.io/jupyter/base-notebook\nRUN mamba install --yes \'flake8\' && \\\n    mamba clean --all -f -y && \\\n    fix-permissions "${CONDA_DIR}"\nCOPY --chown=${NB_UID}:${NB_GID} requirements.txt /tmp/\n',
      },
      notes: ['-:5: COPY needs a build context'],
    },
  },
];
