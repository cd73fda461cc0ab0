# The operator's image. `npm run bundle` comes first: it writes the bundle that is copied here, so that neither npm nor
# a dependency's install script runs in the image's build.
FROM gcr.io/distroless/nodejs24-debian13:nonroot
COPY --from=gcr.io/go-containerregistry/crane:v0.20.6 /ko-app/crane /usr/local/bin/crane
COPY dist/ /app/
USER 65532:65532
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps", "/app/main.js"]
