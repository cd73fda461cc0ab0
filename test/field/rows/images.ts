import type { FieldInput } from '../field.ts';

const repository = (path: string) => `https://github.com/${path}`;

/** Images that documentation, templates and hubs have people make. */
export const imageInputs: readonly FieldInput[] = [
  {
    source:
      'https://www.github.com/sebastianpfischer/zero-to-jupyterhub-k8s/blob/master/images/singleuser-sample/Dockerfile',
    input: "the sample image of JupyterHub's chart: root, apt, back to $NB_USER, pip",
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM quay.io/jupyter/base-notebook:2026-11-16\nUSER root\nRUN apt-get update && apt-get install --yes --no-install-recommends \\\n    git \\\n && rm -rf /var/lib/apt/lists/*\nUSER $NB_USER\nRUN pip install nbgitpuller\n#ENV NBGITPULLER_APP=lab\n',
      findings: [],
    },
  },
  {
    source: 'https://gist.github.com/MridulS/cf52b908aef99e20bfa1e3fccd197842',
    input: 'ARG NB_UID, which only Binder gives',
    expected: 'taken, with a warning that it is empty here',
    found: 'no word of it',
    tried: {
      is: 'dockerfile',
      text: 'FROM python:3.12-slim\nRUN pip install --no-cache jupyterhub notebook\nARG NB_UID\nENV USER lol\nENV HOME /home/lol\nRUN adduser --disabled-password --uid ${NB_UID} lol\nWORKDIR ${HOME}\nUSER ${USER}\n',
      findings: [],
      warnings: ['line 3: ARG NB_UID has no default'],
    },
  },
  {
    source: repository('plasmabio/template-dockerfile'),
    input: "Binder's minimal Dockerfile, with both arguments in build.args",
    expected: 'taken without a warning',
    tried: {
      is: 'dockerfile',
      text: 'FROM python:3.12-slim\nRUN pip install --no-cache notebook jupyterlab\nARG NB_USER\nARG NB_UID\nENV USER ${NB_USER}\nENV HOME /home/${NB_USER}\nRUN adduser --disabled-password --gecos "Default user" --uid ${NB_UID} ${NB_USER}\nWORKDIR ${HOME}\nUSER ${USER}\n',
      args: [
        { name: 'NB_USER', value: 'jovyan' },
        { name: 'NB_UID', value: '1000' },
      ],
      findings: [],
    },
  },
  {
    source: 'https://gist.github.com/Dmitry1987/4ad930d965f7b69f24eb13523c9d134c',
    input: 'ARG with quotes, a list of packages over many lines, ENV of arguments over many lines',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM python:3.12-bookworm\nARG NB_USER="ds-team"\nARG NB_UID="1000"\nUSER root\nENV DEBIAN_FRONTEND noninteractive\nRUN apt-get update \\\n  && apt-get install -yq --no-install-recommends \\\n  wget \\\n  pandoc \\\n  && apt-get clean\nENV CONDA_DIR=/opt/conda \\\n  SHELL=/bin/bash \\\n  NB_USER=$NB_USER \\\n  NB_UID=$NB_UID\n',
      findings: [],
    },
  },
  {
    source: 'https://www.github.com/Nic30/jupyter_widget_hwt/blob/master/Dockerfile',
    input: 'comments that end in a backslash, and a COPY of the repository',
    expected: 'refused at the COPY alone',
    tried: {
      is: 'dockerfile',
      text: 'FROM quay.io/jupyter/minimal-notebook\nARG NB_USER=jovyan\nENV USER ${NB_USER}\n#RUN adduser --disabled-password \\\n#    --uid ${NB_UID} \\\n#    ${NB_USER}\nRUN python3 --version\nUSER ${NB_USER}\nCOPY . ${HOME}\nRUN pip3 install git+https://github.com/example/tool.git@master#egg=tool\n',
      findings: ['line 9: COPY needs a build context'],
    },
  },
  {
    source: repository('danielballan/tutorials/blob/master/Dockerfile'),
    input: 'MAINTAINER, ENV in the old form, five COPYs',
    expected: 'refused at each COPY, all together',
    tried: {
      is: 'dockerfile',
      text: 'FROM quay.io/jupyter/minimal-notebook\nMAINTAINER Ada <ada@example.org>\nUSER $NB_USER\nENV ENV_NAME tutorial\nCOPY environment.yml ./\nRUN conda env create -n $ENV_NAME -f environment.yml && conda clean -yt\nCOPY matplotlibrc $CONDA_DIR/envs/$ENV_NAME/\nCOPY tutorial/ ./\n',
      findings: ['line 5: COPY needs', 'line 7: COPY needs', 'line 8: COPY needs'],
    },
  },
  {
    source: repository('StatCan/kubeflow/commit/7814ff35a97ebc15b1cb0b5cc5c226c51be8802f'),
    input: "Kubeflow's notebook: ENV NAME /, CMD that a shell expands",
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM ubuntu:22.04\nENV NB_USER jovyan\nENV HOME /home/$NB_USER\nENV NB_PREFIX /\nEXPOSE 8888\nENTRYPOINT ["tini", "--"]\nCMD ["sh","-c", "jupyter notebook --notebook-dir=/home/jovyan --NotebookApp.token=\'\' --NotebookApp.base_url=${NB_PREFIX}"]\n',
      findings: [],
    },
  },
  {
    source: 'https://gist.github.com/Jeffwan/3ead3cfeebb6813e6e51a683a7744f1f',
    input: 'the base as an argument with a registry of AWS; ENV NB_USER $NB_USER',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'ARG BASE_IMAGE=763104351884.dkr.ecr.us-west-2.amazonaws.com/tensorflow-training:1.15.2-cpu-py36-ubuntu18.04\nFROM $BASE_IMAGE\nARG NB_USER=jovyan\nUSER root\nENV NB_USER $NB_USER\nENV HOME /home/$NB_USER\nSHELL ["/bin/bash", "-c"]\nRUN apt-get update && apt-get install -yq --no-install-recommends \\\n  g++ \\\n  && apt-get clean && \\\n  rm -rf /var/lib/apt/lists/*\n',
      findings: [],
    },
  },
  {
    source: 'https://gist.github.com/andrewm4894/ff38b48382d4f4a70734ef47ad974015',
    input: 'FROM of an argument, a package from git, `CMD` with single quotes within',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'ARG BASE_CONTAINER=gcr.io/kubeflow-images-public/tensorflow-1.13.1-notebook-cpu:v0.5.0\nFROM $BASE_CONTAINER\nLABEL maintainer="ada@example.org"\nLABEL version="01"\nRUN pip3 install git+https://github.com/example/my_utils.git#egg=my_utils\nENV NB_PREFIX /\nCMD ["sh","-c", "jupyter notebook --allow-root --NotebookApp.token=\'\' --NotebookApp.base_url=${NB_PREFIX}"]\n',
      findings: [],
    },
  },
  {
    source: repository('apache/submarine/pull/335.diff'),
    input: 'EXPOSE of an argument, a step that moves a program',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'ARG BASE_IMAGE=ubuntu:22.04\nFROM $BASE_IMAGE\nARG NB_USER="jovyan"\nARG NB_PREFIX="/"\nARG NB_PORT=8888\nUSER root\nRUN mv /tini /usr/local/bin/tini && chmod +x /usr/local/bin/tini\nEXPOSE $NB_PORT\n',
      findings: [],
    },
  },
  {
    source: repository('rocker-org/binder'),
    input: "rocker's template for Binder: COPY of the repository with --chown",
    expected: 'refused at the COPY',
    tried: {
      is: 'dockerfile',
      text: 'FROM rocker/binder:latest\n\n## Declares build arguments\nARG NB_USER\nARG NB_UID\n\nCOPY --chown=${NB_USER} . ${HOME}\n\nRUN if [ -f install.R ]; then R --quiet -f install.R; fi\n',
      findings: ['line 7: COPY needs a build context'],
    },
  },
  {
    source: repository('binder-examples/dockerfile-rstudio'),
    input: 'the same without its COPY: a step that looks for a file itself',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM rocker/binder:4.4.1\nUSER root\nRUN chown -R ${NB_USER} ${HOME}\nUSER ${NB_USER}\n\n## run any install.R script we find\nRUN if [ -f install.R ]; then R --quiet -f install.R; fi\n',
      findings: [],
    },
  },
  {
    source: repository('hehouts/BIT1Y_binder'),
    input: 'two COPYs, one of a script that the next line runs',
    expected: 'refused at both',
    tried: {
      is: 'dockerfile',
      text: 'FROM rocker/binder:4.2.2\nCOPY install.R /tmp/install.R\nRUN Rscript /tmp/install.R\nCOPY . /home/rstudio/\nUSER rstudio\n',
      findings: ['line 2: COPY needs', 'line 4: COPY needs'],
    },
  },
  {
    source: repository('NASA-IMPACT/pangeo-notebook-veda-image'),
    input: "a hub's image on Pangeo's: ADD of an environment file",
    expected: 'refused at the ADD and the COPY',
    tried: {
      is: 'dockerfile',
      text: 'FROM pangeo/pangeo-notebook:2025.08.14\nLABEL org.opencontainers.image.source="https://github.com/example/image"\nUSER ${NB_USER}\nADD environment.yml environment.yml\nRUN conda env update --prefix /srv/conda/envs/notebook --file environment.yml\nCOPY --chown=${NB_USER}:${NB_USER} scripts /srv/repo/scripts\n',
      findings: ['line 4: ADD needs a build context', 'line 6: COPY needs a build context'],
    },
  },
  {
    source: repository('maxrjones/pangeo-notebook-vscode-image'),
    input: 'a step that prints a variable of the base',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: '# Inherit from a JupyterHub compatible Docker image\nFROM pangeo/pangeo-notebook:2024.06.02\n\nRUN echo ${NB_PYTHON_PREFIX}\nRUN mamba install --prefix ${NB_PYTHON_PREFIX} --yes titiler\n',
      findings: [],
    },
  },
  {
    source: repository('anaconda/docker-images/issues/109'),
    input: 'Anaconda with an environment file',
    expected: 'refused at the COPY',
    tried: {
      is: 'dockerfile',
      text: 'FROM continuumio/anaconda3\n\nCOPY environment.yml /tmp/environment.yml\nRUN conda env create -f /tmp/environment.yml\n',
      findings: ['line 3: COPY needs a build context'],
    },
  },
  {
    source: repository('kubeflow/kubeflow/commit/ae9446f17bca761bf8cc2f082f4e33ba056dd98e'),
    input: "PATH that extends the base's in the old form of ENV",
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: '# Copyright (c) Jupyter Development Team.\n# use basic syntax for now\nFROM gcr.io/kaggle-images/python:latest\nUSER root\nENV CONDA_DIR=/opt/conda\nENV PATH $CONDA_DIR/bin:$PATH\nRUN echo "en_US.UTF-8 UTF-8" > /etc/locale.gen && \\\n    locale-gen\n',
      findings: [],
    },
  },
  {
    source: repository('jupyter/docker-stacks/blob/HEAD/docs/using/recipe_code/microsoft_odbc.dockerfile'),
    input: "docker-stacks' recipe for ODBC: pipefail, a key by curl, comments within a step, USER ${NB_UID}",
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM quay.io/jupyter/base-notebook\n\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nUSER root\nENV MSSQL_DRIVER="ODBC Driver 18 for SQL Server"\nENV PATH="/opt/mssql-tools18/bin:${PATH}"\nRUN apt-get update --yes && \\\n    curl "https://packages.example/config/ubuntu/$(lsb_release -rs)/prod.list" > /etc/apt/sources.list.d/x.list && \\\n    # optional: for bcp and sqlcmd\n    ACCEPT_EULA=Y apt-get install --yes mssql-tools18 && \\\n    apt-get clean\n# Switch back\nUSER ${NB_UID}\n',
      findings: [],
    },
  },
  {
    source: repository('jupyter/docker-stacks/blob/HEAD/docs/using/recipe_code/custom_environment.dockerfile'),
    input: 'its recipe for an environment of its own: arguments in small letters, quotes around variables',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM quay.io/jupyter/minimal-notebook\n\nARG env_name=python310\nARG py_ver=3.10\nRUN mamba create --yes -p "${CONDA_DIR}/envs/${env_name}" \\\n    python=${py_ver} \\\n    \'ipykernel\' && \\\n    mamba clean --all -f -y\n\n# COPY --chown=${NB_UID}:${NB_GID} environment.yml /tmp/\n# RUN mamba env create -p "${CONDA_DIR}/envs/${env_name}" -f /tmp/environment.yml && \\\n#     mamba clean --all -f -y\n\nRUN "${CONDA_DIR}/envs/${env_name}/bin/python" -m ipykernel install --user --name="${env_name}"\nUSER ${NB_UID}\n',
      findings: [],
    },
  },
  {
    source: repository('jupyter/docker-stacks/blob/HEAD/docs/using/recipe_code/oracledb.dockerfile'),
    input: 'its recipe for Oracle: files that may be absent, by a pattern; WORKDIR and USER in quotes',
    expected: 'refused at each COPY: there is no folder in which they could be',
    tried: {
      is: 'dockerfile',
      text: 'FROM quay.io/jupyter/base-notebook\nUSER root\nWORKDIR "/opt/oracle"\nENV LD_LIBRARY_PATH="/usr/lib/oracle/21/client64/lib:${LD_LIBRARY_PATH}"\nCOPY cwallet.ss[o] ./\nCOPY sqlnet.or[a] ./\nUSER "${NB_UID}"\nWORKDIR "${HOME}"\n',
      findings: ['line 5: COPY needs', 'line 6: COPY needs'],
    },
  },
  {
    source: repository('jupyter/docker-stacks/blob/HEAD/docs/using/recipe_code/ijavascript.dockerfile'),
    input: 'its recipe for JavaScript: a version with a star, a part of a step in parentheses',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'ARG BASE_IMAGE=quay.io/jupyter/base-notebook\nFROM $BASE_IMAGE\nUSER root\nRUN apt-get update --yes && apt-get install --yes make g++\nUSER ${NB_UID}\nRUN mamba install --yes nodejs=20.* && \\\n    (rm -r /home/${NB_USER}/.cache/rosetta || true) && \\\n    fix-permissions "${CONDA_DIR}"\n# hadolint ignore=DL3016\nRUN npm install -g ijavascript\n',
      findings: [],
    },
  },
  {
    source: repository('astral-sh/uv/blob/HEAD/docs/guides/integration/docker.md'),
    input: "uv's guide: programs out of its image, an installer by ADD, a PATH that is extended",
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM python:3.12-slim-bookworm\nCOPY --from=ghcr.io/astral-sh/uv:0.6.16 /uv /uvx /bin/\nADD https://astral.sh/uv/0.6.16/install.sh /uv-installer.sh\nRUN sh /uv-installer.sh && rm /uv-installer.sh\nENV PATH="/root/.local/bin/:$PATH"\nRUN uv venv /opt/venv\nENV VIRTUAL_ENV=/opt/venv\nENV PATH="/opt/venv/bin:$PATH"\nRUN uv pip install ruff\n',
      findings: [],
    },
  },
  {
    source: repository('astral-sh/uv/blob/HEAD/docs/guides/integration/docker.md#intermediate-layers'),
    input: "uv's guide, with a cache and two files as mounts, and the project by ADD",
    expected: 'refused at the mounts and the ADD, each once',
    found: 'the same finding for each mount',
    tried: {
      is: 'dockerfile',
      text: 'FROM python:3.12-slim AS builder\nWORKDIR /app\nRUN --mount=type=cache,target=/root/.cache/uv \\\n    --mount=type=bind,source=uv.lock,target=uv.lock \\\n    uv sync --locked --no-install-project\nADD . /app\nFROM python:3.12-slim\nCOPY --from=builder --chown=app:app /app/.venv /app/.venv\nCMD ["/app/.venv/bin/hello"]\n',
      findings: ['line 3: RUN --mount', 'line 6: ADD needs'],
    },
  },
  {
    source: repository('prefix-dev/pixi-docker/blob/HEAD/example/Dockerfile'),
    input: "pixi's example: two stages, the second from an argument, an entrypoint that a step writes",
    expected: 'refused at the one COPY from the folder of the build',
    tried: {
      is: 'dockerfile',
      text: 'ARG RUNTIME_IMAGE=ghcr.io/prefix-dev/pixi:runtime\n\nFROM ghcr.io/prefix-dev/pixi:0.18.0 AS build\nCOPY . /app\nWORKDIR /app\nRUN pixi shell-hook -e prod > /shell-hook.sh\nRUN echo \'exec "$@"\' >> /shell-hook.sh\n\nFROM ${RUNTIME_IMAGE} AS production\nCOPY --from=build /app/.pixi/envs/prod /app/.pixi/envs/prod\nENTRYPOINT ["/bin/bash", "/shell-hook.sh"]\nCMD ["gunicorn", "-w", "4", "app"]\n',
      findings: ['line 4: COPY needs'],
    },
  },
];
