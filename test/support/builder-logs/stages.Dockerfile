ARG BASE=jupyter/minimal-notebook
FROM debian:bookworm-slim@sha256:889a34759ab97ec2acf0b730ffbe814fc79444255395c91aff04a39807355a2c AS tools
ARG SSL_CERT_FILE
ARG PIP_CERT
ARG REQUESTS_CA_BUNDLE
ARG CURL_CA_BUNDLE
ARG GIT_SSL_CAINFO
ARG NODE_EXTRA_CA_CERTS
ARG CONDA_SSL_VERIFY
ARG APT_CONFIG
RUN echo one > /one \
  # a comment
  && echo two > /two
WORKDIR /srv
FROM jupyter/minimal-notebook@sha256:8af9b748686aac429d7cfacf4689795a71368d8cece319dc3b884d015d377788
ARG SSL_CERT_FILE
ARG PIP_CERT
ARG REQUESTS_CA_BUNDLE
ARG CURL_CA_BUNDLE
ARG GIT_SSL_CAINFO
ARG NODE_EXTRA_CA_CERTS
ARG CONDA_SSL_VERIFY
ARG APT_CONFIG
ARG EDITION=full
ENV EDITION=${EDITION}
USER root
COPY --from=tools /one /two /opt/
RUN ["/bin/sh", "-c", "cat /opt/one /opt/two && printf 'colour \\033[31mred\\033[0m\\n'"]
run echo "lower   case"   "quotes" ; sleep 3
USER 1000
CMD ["start-notebook.sh"]
