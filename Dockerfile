# The operator's image. `npm run bundle` comes first: it writes the bundle that is copied here, so that neither npm nor
# a dependency's install script runs in the image's build.
#
# `npm run release` reads this file and makes the image without a container engine, for two processors: so it holds FROM, COPY,
# USER and ENTRYPOINT only. It resolves the tags again; this digest is from public files that name it with this tag.
FROM gcr.io/distroless/nodejs24-debian13:nonroot@sha256:9eeb7f5887d0e239e78264b06f7f11d2e14be534050481803a9e4728fcdd278e
# By tag: no public file with the digest of this version was found.
COPY --from=gcr.io/go-containerregistry/crane:v0.20.6 /ko-app/crane /usr/local/bin/crane
COPY dist/ /app/
USER 65532:65532
# Node.js gives new objects up to 96 MB before it collects them; with 12 MB the operator does the same work as fast.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=4", "/app/main.js"]
