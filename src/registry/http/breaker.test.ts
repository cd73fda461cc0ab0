import { beforeEach, expect, it } from 'vitest';
import { Breaker, mostSilent } from './breaker.ts';

let now: number;
let breaker: Breaker;

beforeEach(() => {
  now = 0;
  breaker = new Breaker({ elapsed: () => now });
});

function silence(host: string): void {
  for (let count = 0; count < mostSilent; count++) {
    expect(breaker.pauseOf(host)).toBe(0);
    breaker.silent(host);
  }
}

it('leaves a host alone that does not answer, and no other', () => {
  silence('tarpit.example');
  expect(breaker.pauseOf('tarpit.example')).toBe(15_000);
  expect(breaker.pauseOf('quay.io')).toBe(0);
});

it('lets one through after the pause, which grows while it stays silent', () => {
  silence('tarpit.example');
  now = 15_000;
  expect([breaker.pauseOf('tarpit.example'), breaker.pauseOf('tarpit.example')]).toEqual([0, 15_000]);
  breaker.silent('tarpit.example');
  expect(breaker.pauseOf('tarpit.example')).toBe(30_000);
});

it('asks a host again that has answered', () => {
  silence('quay.io');
  now = 15_000;
  breaker.pauseOf('quay.io');
  breaker.answered('quay.io');
  expect(breaker.pauseOf('quay.io')).toBe(0);
  breaker.silent('quay.io');
  expect(breaker.pauseOf('quay.io')).toBe(0);
});

it('remembers so many hosts at most', () => {
  silence('first.example');
  for (let host = 0; host < 1000; host++) {
    breaker.silent(`h${host}.example`);
  }
  expect(breaker.pauseOf('first.example')).toBe(0);
});
