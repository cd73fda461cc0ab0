FROM jupyter/minimal-notebook@sha256:8af9b748686aac429d7cfacf4689795a71368d8cece319dc3b884d015d377788
ARG SSL_CERT_FILE
ARG PIP_CERT
ARG REQUESTS_CA_BUNDLE
ARG CURL_CA_BUNDLE
ARG GIT_SSL_CAINFO
ARG NODE_EXTRA_CA_CERTS
ARG CONDA_SSL_VERIFY
ARG APT_CONFIG
USER root
RUN command -v apt-get >/dev/null 2>&1 || { echo 'imagespec: this image has no apt-get' >&2; exit 127; } \
  && export DEBIAN_FRONTEND=noninteractive \
  && apt-get update --quiet \
  && apt-get install --yes --quiet --no-install-recommends -- \
       tree \
  && apt-get clean \
  && rm -rf /var/lib/apt/lists/*
RUN python="$(command -v python3 || command -v python || true)" \
  && { [ -n "$python" ] && "$python" -m pip --version >/dev/null 2>&1 || { echo 'imagespec: this image has no pip' >&2; exit 127; }; } \
  && prefix="$("$python" -c 'import sys; print(sys.prefix)')" \
  && PYTHONNOUSERSITE=1 PIP_USER=0 "$python" -m pip install --no-cache-dir --no-input --root-user-action=ignore -- \
       packaging \
       six \
  && if [ -g "$prefix" ] || [ "$(stat -c %a "$prefix" | tail -c 3 | head -c 1)" -ge 7 ]; then find "$prefix" ! -type l ! -perm -g=rw -exec chmod g+rwX {} + ; find "$prefix" ! -group "$(stat -c %g "$prefix")" -exec chgrp -h "$(stat -c %g "$prefix")" {} + ; fi
USER 1000
ENV MPLBACKEND="agg"
