import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtImage, openScene, type Scene } from '../node/scene.ts';

let scene: Scene;
let server: Server;
let address: string;

beforeAll(async () => {
  scene = await openScene('own-dockerfile');
  server = createServer((_, response) => response.end('ra,dec\n'));
  // This machine's end of the link to the node.
  server.listen(0, scene.cluster.address.replace(/\.\d+$/, '.1'));
  await once(server, 'listening');
  const bound = server.address();
  address = typeof bound === 'object' && bound !== null ? `${bound.address}:${bound.port}` : '';
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
});

const base = 'jupyter/minimal-notebook';
const tools = 'debian:bookworm-slim';

it('takes from stages, from other images and from the web, and pins every image', async () => {
  await scene.apply('own-dockerfile', {
    dockerfile: `ARG TOOLS=scratch
FROM \${TOOLS} AS tools
ARG WORD
RUN echo "$WORD" > /tmp/word
FROM ${base}
COPY --from=tools /tmp/word /opt/word
COPY --from=${tools} /etc/os-release /opt/os-release
ADD http://${address}/stars.csv /opt/stars.csv
USER root
RUN chmod a+r /opt/stars.csv
USER 1000
`,
    build: {
      args: [
        { name: 'TOOLS', value: tools },
        { name: 'WORD', value: 'from a stage' },
      ],
    },
  });
  const status = await scene.settled('own-dockerfile');
  const image = builtImage(status);
  const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/);
  expect(status.bases?.toSorted((a, b) => a.image.localeCompare(b.image))).toEqual([
    { image: tools, digest },
    { image: base, digest },
  ]);
  expect(status.base).toMatchObject({ image: base, user: '1000' });
  const output = await scene.runAsUser('try-own-dockerfile', image, [
    'cat',
    '/opt/word',
    '/opt/stars.csv',
    '/opt/os-release',
  ]);
  expect(output).toContain('Succeeded: from a stage\nra,dec\n');
  expect(output).toContain('VERSION_CODENAME=bookworm');
});
