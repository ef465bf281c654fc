import { type Evidence, verdict } from './verdict';

const GOOD: Evidence = {
  acknowledged: { overrides: new Set(['c0-1']), touches: new Set(['c0-2']), arr: new Map([['A', '1.00']]) },
  stored: { overrides: ['c0-1', 'c0-9'], touches: ['c0-2'], arr: new Map([['A', '1.00']]) },
  events: [
    { id: '1', account: 'A' },
    { id: '2', account: 'B' },
    { id: '3', account: 'A' },
  ],
  received: ['2', '1', '3', '1'],
  followed: ['1', '2', '3'],
  wrong: [],
  outages: 1,
  readinessNoticed: 1,
  ended: [],
};

describe('the verdict on a fault run', () => {
  test('finds nothing where all held, though messages came twice and accounts overtook each other', () => {
    expect(verdict(GOOD)).toEqual([]);
  });

  test.each<[string, Partial<Evidence>, string]>([
    [
      'a write that is lost',
      { stored: { ...GOOD.stored, overrides: [] } },
      '1 overrides were acknowledged and are lost: c0-1',
    ],
    [
      'a write that was done twice',
      { stored: { ...GOOD.stored, touches: ['c0-2', 'c0-2'] } },
      '1 touches were logged twice for one key: c0-2',
    ],
    [
      'an older state than the one that was acknowledged',
      { stored: { ...GOOD.stored, arr: new Map([['A', '0.50']]) } },
      '1 accounts do not have the ARR that was acknowledged last: A',
    ],
    ['an event that never came', { received: ['1', '2'] }, '1 events never reached the endpoint: 3'],
    [
      'events of one account in another order',
      { received: ['3', '1', '2'] },
      '1 accounts had their events delivered out of order: A',
    ],
    [
      'an event that was followed twice',
      { followed: ['1', '2', '2', '3'] },
      '1 events were followed twice: 2',
    ],
    [
      'a gap in what was followed',
      { followed: ['1', '3'] },
      'the events that were followed are not those of the book: 2 of 3',
    ],
    ['a refusal of what was right', { wrong: ['400'] }, '1 refusals of what was right: 400'],
    ['an outage that nobody was told of', { readinessNoticed: 0 }, 'only 0 of 1 outages showed in /readyz'],
    ['a process that is gone', { ended: ['worker'] }, '1 processes have ended by themselves: worker'],
  ])('names %s', (_title, change, finding) => {
    expect(verdict({ ...GOOD, ...change })).toContain(finding);
  });
});
