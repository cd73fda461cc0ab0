import { expect, it } from 'vitest';
import { mirrored, mirroredReference } from './mirror.ts';
import { parseReference } from './reference.ts';

const digest = `sha256:${'b'.repeat(64)}`;

function reference(text: string) {
  const parsed = parseReference(text);
  if (!parsed.ok) {
    throw new Error(parsed.message);
  }
  return parsed.value;
}

it.each([
  ['a host', 'mirror.example.com', 'mirror.example.com', 'library/python'],
  ['a port', 'mirror.example.com:5000', 'mirror.example.com:5000', 'library/python'],
  ['a project of Harbor', 'harbor.example.com/dockerhub', 'harbor.example.com', 'dockerhub/library/python'],
  ['a path of Artifactory', 'my.jfrog.io/docker/remote', 'my.jfrog.io', 'docker/remote/library/python'],
])('finds an image at %s', (_, mirror, host, repository) => {
  expect(mirrored(reference('python:3.12'), mirror)).toEqual({ host, repository });
  expect(mirroredReference(reference('python:3.12'), mirror, digest)).toBe(`${host}/${repository}@${digest}`);
});
