import type { FieldInput } from '../field.ts';

const issues = (path: string) => `https://github.com/${path}`;

/** Dockerfiles of bug reports of builders and tools. */
export const dockerfileInputs: readonly FieldInput[] = [
  {
    source: issues('mamba-org/micromamba-docker/issues/150'),
    input: 'a here-document of COPY that writes the environment',
    expected: 'refused at its line alone: Kaniko builds some of them into nothing',
    found: 'seven findings for one here-document',
    tried: {
      is: 'dockerfile',
      text: '# syntax=docker/dockerfile:1.4\nFROM mambaorg/micromamba\nCOPY --chown=$MAMBA_USER <<EOF /tmp/env.yaml\nname: base\ndependencies:\n  - requests=2.25.1\nEOF\nRUN micromamba install -y -f /tmp/env.yaml\n',
      findings: ['line 3: COPY with a here-document'],
    },
  },
  {
    source: issues('mamba-org/micromamba-docker/issues/299'),
    input: "micromamba's quick start: COPY of an environment file",
    expected: 'refused at the COPY, with the way on',
    tried: {
      is: 'dockerfile',
      text: 'FROM mambaorg/micromamba:1.4.2-bullseye\nCOPY --chown=$MAMBA_USER:$MAMBA_USER env.yaml /tmp/env.yaml\nRUN micromamba install --yes --file /tmp/env.yaml\nARG MAMBA_DOCKERFILE_ACTIVATE=1\n',
      findings: ['line 2: COPY needs a build context'],
    },
  },
  {
    source: issues('mamba-org/mamba/issues/652'),
    input: 'a pipe of wget and tar, and two variables in one ENV',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM ubuntu\nRUN apt-get update && apt-get install -y wget bzip2 && \\\n    wget -qO- https://files.example/micromamba.tar.bz2 | tar -xvj bin/micromamba\n\nENV MAMBA_ROOT_PREFIX=/root/micromamba MAMBA_EXE=/micromamba\nRUN . /root/micromamba/etc/profile.d/mamba.sh && micromamba create -y -p ~/env cmake\n',
      findings: [],
    },
  },
  {
    source: issues('mamba-org/mamba/issues/1669'),
    input: 'FROM in small letters, with an empty line behind it',
    expected: 'taken',
    tried: { is: 'dockerfile', text: 'from ubuntu:21.04\n\nRUN apt-get update\nWORKDIR /opt\n', findings: [] },
  },
  {
    source: issues('infiniflow/ragflow/issues/4637'),
    input: 'a cache mount with an id, over several lines',
    expected: 'refused at its first line: the builder ignores mounts or knows some',
    tried: {
      is: 'dockerfile',
      text: 'FROM ubuntu:22.04\nRUN --mount=type=cache,id=uv,target=/root/.cache/uv,sharing=locked \\\n    if [ "$LIGHTEN" = 1 ]; then uv sync --frozen; \\\n    else uv sync --frozen --all-extras; fi\n',
      findings: ['line 2: RUN --mount'],
    },
  },
  {
    source: issues('astral-sh/uv/issues/3570'),
    input: 'an ssh mount in the third stage; ARG before FROM; ENV in the old form',
    expected: 'refused at the mount only',
    tried: {
      is: 'dockerfile',
      text: 'ARG PYTHON_VERSION=3.11\nFROM python:${PYTHON_VERSION}-slim as base\nENV PYTHONUNBUFFERED=1\nENV RUNTIME docker\nFROM base as builder\nRUN --mount=type=ssh uv pip install --system -r requirements.txt\n',
      findings: ['line 6: RUN --mount'],
    },
  },
  {
    source: issues('moby/moby/issues/30757'),
    input: 'CMD with a list in single quotes',
    expected: 'taken as Docker does, with a warning: it is no list',
    found: 'no word of it',
    tried: {
      is: 'dockerfile',
      text: "FROM python:3.12\nRUN pip install flask redis\nCMD ['python', 'app.py']\n",
      findings: [],
      warnings: ['line 3: CMD [ … ] is no list in JSON'],
    },
  },
  {
    source: issues('GoogleContainerTools/kaniko/issues/3344'),
    input: 'ENV in one stage, ARG of the same name in the next',
    expected: "refused: Kaniko keeps the variable's value, Docker takes the argument's",
    found: 'taken, and built with the other value',
    tried: {
      is: 'dockerfile',
      text: 'FROM alpine AS upstream-image\nENV HELLO=UPSTREAM\n\nFROM upstream-image AS my-build\nARG HELLO\nRUN echo "Hello $HELLO"\n',
      args: [{ name: 'HELLO', value: 'WORLD' }],
      findings: ['line 5: ARG HELLO: this stage has ENV HELLO'],
    },
  },
  {
    source: issues('GoogleContainerTools/kaniko/issues/2593'),
    input: 'ARG before the stages, declared again in the second',
    expected: 'taken, without a warning: it has its value',
    tried: {
      is: 'dockerfile',
      text: 'ARG VERSION=2.5.3\n\nFROM alpine AS builder\n\nFROM alpine AS dist\n\nARG VERSION\nRUN echo "The value of VERSION is: $VERSION"\n',
      findings: [],
    },
  },
  {
    source: issues('GoogleContainerTools/kaniko/issues/1594'),
    input: 'COPY --from with --chown of a variable',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM alpine AS tools\nFROM debian:bookworm-slim\nENV OWNER=1000\nCOPY --from=tools --chown=${OWNER} /etc/os-release /opt/\n',
      findings: [],
    },
  },
  {
    source: issues('GoogleContainerTools/kaniko/issues/1327'),
    input: 'a token as a build argument without a default',
    expected: 'taken, with a warning that it is empty',
    found: 'no word of it',
    tried: {
      is: 'dockerfile',
      text: 'FROM alpine:latest\nARG TOKEN\nRUN echo "$TOKEN" > token.txt \\\n    # Do something with the token\n && rm token.txt\n',
      findings: [],
      warnings: ['line 2: ARG TOKEN has no default'],
    },
  },
  {
    source: issues('GoogleContainerTools/kaniko/issues/588'),
    input: 'ARG and SHELL',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: 'FROM debian:bookworm-slim\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nARG V=1\nRUN echo $V | cat\n',
      findings: [],
    },
  },
  {
    source: issues('ploomber/doc/issues/38'),
    input: 'COPY with --chown and --chmod from the folder of the build',
    expected: 'refused for the context only',
    tried: {
      is: 'dockerfile',
      text: 'FROM python:3.12\nCOPY --chown=user:user --chmod=600 requirements.txt $HOME/app/\n',
      findings: ['line 2: COPY needs a build context'],
    },
  },
  {
    source: issues('opencpu/opencpu/issues/411'),
    input: 'R in steps, with quotes in quotes',
    expected: 'taken',
    tried: {
      is: 'dockerfile',
      text: '# Works with this image\nFROM r-base\n# Fails with this image\n# FROM opencpu/rstudio\nRUN R -e "install.packages(\'remotes\')"\nRUN R -e "remotes::install_github(\'tidyverse/dplyr\')"\n',
      findings: [],
    },
  },
];
