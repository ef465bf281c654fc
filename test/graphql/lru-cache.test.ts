import { LRUCache } from '../../src/graphql/lru-cache';

describe('a cache of 4', () => {
  /** One that was asked for these, one after the other, and had made what it did not have. */
  const askedFor = (keys: string): LRUCache<string, string> => {
    const cache = new LRUCache<string, string>(4);
    for (const key of keys.split(' ')) if (cache.get(key) === undefined) cache.set(key, key);
    return cache;
  };

  test.each<[string, string, string]>([
    ['keeps what fits', 'a b c d', 'a b c d'],
    ['forgets what was not asked for the longest', 'a b c d e f', 'c d e f'],
    ['keeps what is asked for again', 'a b c d a e', 'a c d e'],
    ['keeps what is asked for whatever comes between', 'a b a c a d a e a f a g', 'a f g'],
    ['has what came last at least', 'a b c d e', 'c d e'],
  ])('%s', (_name, keys, kept) => {
    // To ask for one keeps it, so each is asked for of a cache of its own.
    const found = [...new Set(keys.split(' '))].filter((key) => askedFor(keys).get(key) === key);
    expect(found.sort().join(' ')).toBe(kept);
  });

  test('has the newest value', () => {
    const cache = askedFor('a b c');
    cache.set('a', 'another');
    expect(cache.get('a')).toBe('another');
  });
});
