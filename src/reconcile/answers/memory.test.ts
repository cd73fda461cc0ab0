import { beforeEach, describe, expect, it } from 'vitest';
import type { Requests } from '../../lifecycle/model/observation.ts';
import type { Answered } from './ask.ts';
import { endOfLog, Memory, mostAnswers, mostOfLogs } from './memory.ts';

const key = 'team/astro';
const self = { uid: 'uid-1', generation: 1 };
const none: Requests = { rebuild: null, retry: null, launch: null, cancel: null };

let memory: Memory;

beforeEach(() => {
  memory = new Memory();
});

const answers = (of = key, requests = none, now = 0) => memory.of(of, self, requests, now).answers;

function image(number: number): Answered {
  const question = { ask: 'digestOf', reference: `r.example/app:${number}`, secret: null } as const;
  return { question, reply: { is: 'known', value: null } };
}

function log(text: string): Answered {
  const question = { ask: 'log', pod: { namespace: 'team', name: 'p', uid: 'u' }, container: 'build' } as const;
  return { question, reply: { is: 'known', value: text } };
}

describe('answers of one resource', () => {
  it('are bounded, and the oldest goes', () => {
    answers();
    for (let number = 0; number <= mostAnswers; number++) {
      memory.keep(key, memory.eraOf(key), image(number), number);
    }
    expect(answers()).toHaveLength(mostAnswers);
    expect(answers().map(({ at }) => at)).toEqual(Array.from({ length: mostAnswers }, (_, at) => at + 1));
  });

  it('do not count after a later request', () => {
    answers();
    const before = memory.eraOf(key);
    expect(before.since).toBe(0);
    answers(key, { ...none, rebuild: 'now' }, 7000);
    memory.keep(key, before, image(1), 8000);
    expect(answers(key, { ...none, rebuild: 'now' }, 9000)).toEqual([]);
    expect(memory.eraOf(key).since).toBe(7000);
  });
});

describe('logs of all resources', () => {
  const half = 'x'.repeat(mostOfLogs / 2);

  const kept = (name: string) =>
    answers(name).map(({ reply }) => (reply.is === 'known' && typeof reply.value === 'string' ? reply.value : ''));
  const lengths = (...names: readonly string[]) => names.map((name) => kept(name).map(({ length }) => length));

  it('are bounded, and a forgotten log makes room', () => {
    for (const name of ['a', 'b', 'c']) {
      answers(name);
      memory.keep(name, memory.eraOf(name), log(half), 0);
    }
    expect(lengths('a', 'b', 'c')).toEqual([[half.length], [half.length], [endOfLog]]);
    memory.leave('a');
    memory.forget('b', () => true);
    memory.forget('c', () => true);
    answers('d');
    for (const name of ['c', 'd']) {
      memory.keep(name, memory.eraOf(name), log(half), 0);
      memory.keep(name, memory.eraOf(name), log(half), 1);
    }
    expect(lengths('c', 'd')).toEqual([[half.length], [half.length]]);
  });

  it('keep their last whole lines where there is no room, so that no pass asks for them again', () => {
    for (const name of ['a', 'b']) {
      answers(name);
      memory.keep(name, memory.eraOf(name), log(half), 0);
    }
    answers('c');
    const lines = `the first line\n${'the last line\n'.repeat(1000)}`;
    memory.keep('c', memory.eraOf('c'), log(lines), 0);
    const [end = ''] = kept('c');
    expect(end).toMatch(/^(?:the last line\n)+$/);
    expect(end.length).toBeGreaterThan(endOfLog - 20);
    memory.keep('c', memory.eraOf('c'), log('short'), 0);
    expect(answers('c')).toMatchObject([{ reply: { value: 'short' } }]);
  });
});

it('the list of answers stays the same object until an answer changes', () => {
  const before = answers();
  expect(answers()).toBe(before);
  memory.keep(key, memory.eraOf(key), image(1), 0);
  const after = answers();
  expect(after).toHaveLength(1);
  expect(answers()).toBe(after);
  memory.forget(key, () => true);
  expect(answers()).toEqual([]);
});
