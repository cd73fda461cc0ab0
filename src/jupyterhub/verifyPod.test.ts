import { expect, it } from 'vitest';
import { spec } from '../../test/support/observations.ts';
import { contentsCommand } from './contents/script.ts';
import { verifyPod } from './verifyPod.ts';

it('runs each command as the spec has it: the kubelet reads "$$" and "$(NAME)" of a container\'s variables', () => {
  const command = ['sh', '-c', 'test $$ -gt 0 && echo "$(id -u)"'];
  const pod = verifyPod({
    owner: { namespace: 'vision', name: 'astro', uid: 'uid-1' },
    identity: { role: 'verify', image: `r/x@sha256:${'a'.repeat(64)}`, settings: 'b'.repeat(64), attempt: 1 },
    verify: [{ name: 'process', command, timeoutSeconds: 60 }],
    hub: spec.hub,
    pullSecrets: [],
    platform: spec.platformSettings,
  });
  const [first] = pod.spec?.initContainers ?? [];
  expect(first?.command).toEqual(['sh', '-c', 'test $$$$ -gt 0 && echo "$$(id -u)"']);
  const [contents] = pod.spec?.containers ?? [];
  expect(contents?.command?.map((text) => text.replaceAll('$$', () => '$'))).toEqual(contentsCommand);
});
