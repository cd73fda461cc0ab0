/** A difference between Kaniko and Docker, by an example that `BASE`, an image with a shell, stands under. */
export interface BuilderDifference {
  readonly what: string;
  readonly dockerfile: string;
  readonly args?: readonly { readonly name: string; readonly value: string }[];
  /** What Docker does (BuildKit, with the Dockerfile reference). */
  readonly docker: string;
  /** What Kaniko does, and what its log shows then. */
  readonly kaniko: string;
  readonly shows: RegExp;
  /** What becomes of it here, and words of the message or of the Dockerfile that is built. */
  readonly answer: 'refused' | 'warned' | 'built as Docker builds it';
  readonly words: string;
}

/** What Kaniko does otherwise than Docker. Each row is tried with the real Kaniko (test/builds/builder-differences.test.ts). */
export const builderDifferences: readonly BuilderDifference[] = [
  {
    what: 'RUN with a here-document',
    dockerfile: "FROM BASE\nRUN <<'EOF'\necho heredoc-has-run\nEOF\nRUN echo end-of-build\n",
    docker: 'runs its lines',
    kaniko: 'runs nothing, and succeeds',
    shows: /^(?![^]*\nheredoc-has-run\n)[^]*\nend-of-build\n/,
    answer: 'refused',
    words: 'RUN with a here-document',
  },
  {
    what: 'RUN --mount=type=tmpfs',
    dockerfile: 'FROM BASE\nRUN --mount=type=tmpfs,target=/none [ -d /none ] || echo no-mount\n',
    docker: 'mounts it',
    kaniko: 'ignores it',
    shows: /^no-mount$/m,
    answer: 'refused',
    words: 'RUN --mount',
  },
  {
    what: 'RUN --network=none',
    dockerfile: 'FROM BASE\nRUN --network=none cat /proc/net/dev\n',
    docker: 'has no network',
    kaniko: 'has the network of the Pod',
    shows: /^\s*(?!lo:)[a-z]\w*: +\d/m,
    answer: 'refused',
    words: 'RUN --network',
  },
  {
    what: 'ARG of a name that the stage has as ENV',
    dockerfile: 'FROM BASE\nENV HELLO=of-the-stage\nARG HELLO\nRUN echo "hello $HELLO"\n',
    args: [{ name: 'HELLO', value: 'given' }],
    docker: "takes the argument's value",
    kaniko: "keeps the variable's",
    shows: /^hello of-the-stage$/m,
    answer: 'refused',
    words: 'this stage has ENV HELLO',
  },
  {
    what: 'COPY --from without --chown',
    dockerfile:
      'FROM BASE AS a\nUSER 1000\nRUN echo x > /tmp/f\nFROM BASE\nCOPY --from=a /tmp/f /f\nRUN [ -O /f ] && echo of-root || echo of-another\n',
    docker: 'gives the file to root',
    kaniko: 'keeps its owner, or takes that of USER',
    shows: /^of-another$/m,
    answer: 'built as Docker builds it',
    words: 'COPY --chown=0:0 --from=a',
  },
  {
    what: 'USER with a group',
    dockerfile: 'FROM BASE\nUSER 1000:4321\nRUN echo "group $(id -g)"\n',
    docker: 'runs steps with the group',
    kaniko: 'leaves the group out',
    shows: /^group (?!4321$)\d+$/m,
    answer: 'warned',
    words: 'USER 1000:4321',
  },
  {
    what: 'VOLUME before a step that writes there',
    dockerfile:
      'FROM BASE AS a\nVOLUME /data\nRUN echo x > /data/f\nFROM a\nRUN [ -f /data/f ] && echo kept || echo lost\n',
    docker: 'keeps what the step writes',
    kaniko: 'leaves it out of the image',
    shows: /^lost$/m,
    answer: 'warned',
    words: 'VOLUME /data: what RUN in line 3',
  },
  {
    what: 'ARG TARGETARCH',
    dockerfile: 'FROM BASE\nARG TARGETARCH\nRUN echo "processor ${TARGETARCH:-unknown}"\n',
    docker: 'sets the automatic platform arguments',
    kaniko: 'leaves them empty',
    shows: /^processor unknown$/m,
    answer: 'built as Docker builds it',
    words: 'ARG TARGETARCH',
  },
];
