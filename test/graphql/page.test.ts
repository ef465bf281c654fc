import { type Ordering, pageOfKnown } from '../../src/graphql/page';

const BY_NAME: Ordering = { fingerprint: 'by name', kinds: ['text'] };
const ROWS = ['c', 'a', 'd', 'b'].map((name) => ({ name, cursor: [name] }));

function page(args: Parameters<typeof pageOfKnown>[1]) {
  return pageOfKnown(ROWS, args, BY_NAME, ([a], [b]) => String(a).localeCompare(String(b)));
}

function names(args: Parameters<typeof pageOfKnown>[1]): string {
  return page(args)
    .nodes.map(({ name }) => name)
    .join('');
}

describe('A page of rows that are known', () => {
  const cursorOf = (place: number): string => page({ first: 4 }).edges[place]?.cursor ?? '';

  it.each<[string, () => Parameters<typeof pageOfKnown>[1], string]>([
    ['begins with the first in its order', () => ({ first: 3 }), 'abc'],
    ['ends with the last', () => ({ last: 3 }), 'bcd'],
    ['goes on after a cursor', () => ({ first: 3, after: cursorOf(1) }), 'cd'],
    ['goes back before a cursor', () => ({ last: 1, before: cursorOf(2) }), 'b'],
  ])('%s', (_what, args, expected) => {
    expect(names(args())).toBe(expected);
  });

  it('has rows of its own, so that another page of them can be given other relations', () => {
    const [one, another] = [page({ first: 1 }), page({ first: 1 })];
    Object.assign(one.nodes[0] ?? {}, { csm: 'as one selects it' });
    expect(another.nodes).toEqual([{ name: 'a', cursor: ['a'] }]);
    expect(ROWS.every((row) => !('csm' in row))).toBe(true);
  });
});
