import { BARE } from './contenders/bare';
import { POSTGRAPHILE } from './contenders/postgraphile';
import { TIERBOOK } from './contenders/tierbook';
import { isSame } from './equality';
import { type Cell, rateOf, ratioOf, timeOf } from './figures';
import { graphqlAnswer } from './graphql-answer';
import { verdicts } from './target';

function cell(contender: string, rates: readonly number[], connections = 10, times = [1, 2, 3, 4]): Cell {
  return {
    contender,
    question: 'page',
    connections,
    rounds: rates.map((perSecond) => ({ perSecond, times, failures: 0 })),
  };
}

describe('figures of rounds', () => {
  test('are medians, and ratios of what was measured side by side', () => {
    const own = cell(TIERBOOK, [50, 10, 60]);
    // The machine was busy in the second round, for both.
    const other = cell(BARE, [100, 20, 100]);
    expect(rateOf(own)).toBe(50);
    expect(ratioOf(own, other)).toBe(0.5);
    expect(timeOf(own, 0.5)).toBe(2);
    expect(timeOf(own, 0.99)).toBe(4);
  });

  test.each<[string, readonly Cell[], readonly [string, boolean][]]>([
    ['met', [cell(TIERBOOK, [60]), cell(BARE, [100])], [['at least 0.6', true]]],
    ['not met', [cell(TIERBOOK, [59]), cell(BARE, [100])], [['at least 0.6', false]]],
    [
      'another one at 50 connections, with the slowest answers',
      [cell(TIERBOOK, [50], 50, [1, 1, 1, 5]), cell(BARE, [100], 50)],
      [
        ['at least 0.5', true],
        ['at most 4', false],
      ],
    ],
    [
      'beside a peer too',
      [cell(TIERBOOK, [70]), cell(BARE, [100]), cell(POSTGRAPHILE, [40])],
      [
        ['at least 0.6', true],
        ['at least 1.8', false],
      ],
    ],
    ['of whoever is there', [cell(TIERBOOK, [60]), cell('somebody', [100])], []],
  ])('what is wanted: %s', (_name, cells, expected) => {
    expect(verdicts(cells).map(({ wanted, met }) => [wanted, met])).toEqual(expected);
  });
});

describe('answers in common words', () => {
  test.each<[string, unknown, unknown]>([
    ['a tier is its key', { tier: { key: 'core' } }, { tier: 'core' }],
    ['a list its nodes', { moves: { nodes: [{ kind: 'UPGRADE' }] } }, { moves: [{ kind: 'UPGRADE' }] }],
    ['nothing stays nothing', { csm: null }, { csm: null }],
    [
      'what else there is beside a key stays',
      { tier: { key: 'a', name: 'A' } },
      { tier: { key: 'a', name: 'A' } },
    ],
    ['user errors that are none are left out', { done: true, userErrors: [] }, { done: true }],
  ])('%s', (_name, data, expected) => {
    expect(graphqlAnswer({ data: { answer: data } })).toEqual(expected);
  });

  test.each<[string, unknown, string]>([
    ['an error', { errors: [{ message: 'no' }] }, 'no'],
    ['a refusal', { data: { override: { userErrors: [{ code: 'REQUIRED' }] } } }, 'REQUIRED'],
    ['nothing', { data: {} }, 'an answer has one field'],
  ])('%s is no answer', (_name, body, message) => {
    expect(() => graphqlAnswer(body)).toThrow(message);
  });

  test.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [[1, 2], [2, 1], false],
    [1.000001, 1.000002, true],
    [1.00001, 1.00002, false],
    ['1', 1, false],
    [null, undefined, false],
    [{ a: 1 }, { a: 1, b: null }, false],
    [[], {}, false],
  ])('%j and %j are the same: %j', (one, other, expected) => {
    expect(isSame(one, other)).toBe(expected);
  });
});
