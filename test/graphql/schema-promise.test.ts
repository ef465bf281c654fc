import { brokenPromises, deprecationFaults } from '../support/schema-promise';

const NOTICE = '@deprecated(reason: "Use name. Deprecated since 2026-01-31, to be removed on 2026-07-31.")';
const EVE = '2026-07-30';
const DAY = '2026-07-31';

/** A schema with what is to be in a type Item, in its arguments, and so on. */
const sdl = ({
  item = 'name: String old: String',
  args = 'id: ID!',
  input = 'name: String',
  values = 'RED GREEN',
  more = '',
}: Partial<Record<'item' | 'args' | 'input' | 'values' | 'more', string>> = {}): string => `
  type Query { item(${args}): Item items(where: Filter): [Item!]! }
  type Item { ${item} colour: Colour }
  input Filter { ${input} }
  enum Colour { ${values} }
  ${more}`;

describe('what the last release promised', () => {
  test.each<[string, string, string]>([
    ['nothing changes', sdl(), sdl()],
    ['a field comes', sdl(), sdl({ item: 'name: String old: String new: String!' })],
    ['a type comes', sdl(), sdl({ more: 'type New { id: ID! }' })],
    ['an optional argument comes', sdl(), sdl({ args: 'id: ID!, at: String' })],
    ['a required argument comes with a default', sdl(), sdl({ args: 'id: ID!, at: String! = "x"' })],
    ['an optional input field comes', sdl(), sdl({ input: 'name: String old: String' })],
    ['an enum value comes', sdl(), sdl({ values: 'RED GREEN BLUE' })],
    ['an output is never null any more', sdl(), sdl({ item: 'name: String! old: String' })],
    ['an input may be null now', sdl({ input: 'name: String!' }), sdl({ input: 'name: String' })],
    ['an argument may be left out now', sdl({ args: 'id: ID!' }), sdl({ args: 'id: ID' })],
    ['something is deprecated', sdl(), sdl({ item: `name: String old: String ${NOTICE}` })],
    [
      'a notice is taken back',
      sdl({ item: `name: String old: String ${NOTICE}` }),
      sdl({ item: 'name: String old: String' }),
    ],
    ['a description changes', sdl(), sdl({ item: '"""The name."""name: String old: String' })],
  ])('holds where %s', (_title, released, current) => {
    expect(brokenPromises(released, current, DAY)).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    ['a field goes', sdl(), sdl({ item: 'name: String' }), 'Item.old was removed.'],
    [
      'a field goes that was deprecated without a date',
      sdl({ item: 'name: String old: String @deprecated(reason: "Use name.")' }),
      sdl({ item: 'name: String' }),
      'Item.old was removed.',
    ],
    [
      'a field has another type',
      sdl(),
      sdl({ item: 'name: Int old: String' }),
      'Item.name changed type from String to Int.',
    ],
    [
      'an output may be null now',
      sdl({ item: 'name: String! old: String' }),
      sdl(),
      'Item.name changed type from String! to String.',
    ],
    [
      'an output is a list now',
      sdl(),
      sdl({ item: 'name: [String] old: String' }),
      'Item.name changed type from String to [String].',
    ],
    ['an argument goes', sdl({ args: 'id: ID!, at: String' }), sdl(), 'Query.item arg at was removed.'],
    [
      'a required argument comes',
      sdl(),
      sdl({ args: 'id: ID!, at: String!' }),
      'A required arg at on Query.item was added.',
    ],
    [
      'an argument is needed now',
      sdl({ args: 'id: ID' }),
      sdl(),
      'Query.item arg id has changed type from ID to ID!.',
    ],
    [
      'an argument has another default',
      sdl({ args: 'id: ID!, at: String = "a"' }),
      sdl({ args: 'id: ID!, at: String = "b"' }),
      'Query.item arg at has changed defaultValue from "a" to "b".',
    ],
    [
      'a required input field comes',
      sdl(),
      sdl({ input: 'name: String more: String!' }),
      'A required field more on input type Filter was added.',
    ],
    ['an input field goes', sdl({ input: 'name: String more: String' }), sdl(), 'Filter.more was removed.'],
    [
      'an input field has another default',
      sdl({ input: 'name: String = "a"' }),
      sdl({ input: 'name: String = "b"' }),
      'Filter.name has another default value.',
    ],
    [
      'an input field has no default any more',
      sdl({ input: 'name: String = "a"' }),
      sdl(),
      'Filter.name has another default value.',
    ],
    ['an enum value goes', sdl(), sdl({ values: 'RED' }), 'GREEN was removed from enum type Colour.'],
    ['a type goes', sdl({ more: 'type More { id: ID }' }), sdl(), 'More was removed.'],
    [
      'a type becomes another kind of type',
      sdl({ more: 'type More { id: ID }' }),
      sdl({ more: 'interface More { id: ID }' }),
      'More changed from an Object type to an Interface type.',
    ],
    [
      'a type has an interface less',
      sdl({ more: 'interface Named { id: ID } type More implements Named { id: ID }' }),
      sdl({ more: 'interface Named { id: ID } type More { id: ID }' }),
      'More no longer implements interface Named.',
    ],
  ])('is broken where %s', (_title, released, current, line) => {
    expect(brokenPromises(released, current, DAY)).toEqual([line]);
  });

  const withType = (field: string): string =>
    sdl({ item: `name: String ${field}`, more: 'type Part { of: Whole } type Whole { size: String }' });
  test.each<[string, string, string, number]>([
    ['a field', sdl({ item: `name: String old: String ${NOTICE}` }), sdl({ item: 'name: String' }), 1],
    [
      'the type of a field',
      sdl({ item: `name: String old: String ${NOTICE}` }),
      sdl({ item: 'name: String old: Int' }),
      1,
    ],
    ['an argument', sdl({ args: `id: ID!, at: String ${NOTICE}` }), sdl(), 1],
    ['an input field', sdl({ input: `name: String old: String ${NOTICE}` }), sdl(), 1],
    ['an enum value', sdl({ values: `RED GREEN BLUE ${NOTICE}` }), sdl(), 1],
    [
      'a field with the types that it alone led to',
      withType(`part: Part ${NOTICE}`),
      sdl({ item: 'name: String' }),
      3,
    ],
  ])('ends on the day that was announced, not before: %s', (_title, released, current, lines) => {
    expect(brokenPromises(released, current, EVE)).toHaveLength(lines);
    expect(brokenPromises(released, current, DAY)).toEqual([]);
  });

  test('goes on for a type that something else leads to', () => {
    const released = withType(`part: Part ${NOTICE} whole: Whole`);
    const current = sdl({ item: 'name: String whole: String' });
    expect(brokenPromises(released, current, DAY)).toEqual([
      'Whole was removed.',
      'Item.whole changed type from Whole to String.',
    ]);
  });
});

describe('a deprecation', () => {
  const of = (reason: string): string => `@deprecated(reason: "${reason}")`;
  const notice = (since: string, removed: string): string =>
    of(`Use name. Deprecated since ${since}, to be removed on ${removed}.`);
  const places: [string, (directive: string) => string, string][] = [
    ['a field', (directive) => sdl({ item: `name: String old: String ${directive}` }), 'Item.old'],
    ['an argument', (directive) => sdl({ args: `id: ID!, at: Int ${directive}` }), 'Query.item(at:)'],
    ['an input field', (directive) => sdl({ input: `name: String old: Int ${directive}` }), 'Filter.old'],
    ['an enum value', (directive) => sdl({ values: `RED GREEN ${directive}` }), 'Colour.GREEN'],
  ];

  test.each(places)('of %s says since when, and when it goes', (_title, withDirective, coordinate) => {
    const faults = (directive: string): string[] => deprecationFaults(sdl(), withDirective(directive));
    expect(faults(notice('2026-01-31', '2026-07-31'))).toEqual([]);
    for (const wrong of [
      '@deprecated',
      of('Use name.'),
      of('To be removed on 2026-07-31.'),
      of('Deprecated since 2026-01-31.'),
      notice('2026-01-31', '2026-13-01'),
      notice('2026-01-31', 'soon'),
    ]) {
      expect(faults(wrong)).toEqual([
        expect.stringContaining(`${coordinate}: its reason must say since when`),
      ]);
    }
  });

  test.each([
    ['2026-01-31', '2026-07-31', true],
    ['2026-01-31', '2026-07-30', false],
    ['2026-08-31', '2027-02-28', true],
    ['2026-08-31', '2027-02-27', false],
    ['2026-07-31', '2026-01-31', false],
  ])('since %s may end on %s: %p', (since, removed, isLongEnough) => {
    const faults = deprecationFaults(sdl(), sdl({ item: `old: String ${notice(since, removed)}` }));
    expect(faults).toEqual(
      isLongEnough ? [] : ['Item.old: it goes less than 6 months after it was deprecated'],
    );
  });

  test('that was released ends no earlier than that said', () => {
    const ending = (removed: string): string => sdl({ item: `old: String ${notice('2026-01-31', removed)}` });
    expect(deprecationFaults(ending('2026-09-30'), ending('2026-10-01'))).toEqual([]);
    expect(deprecationFaults(ending('2026-09-30'), ending('2026-08-31'))).toEqual([
      'Item.old: it goes earlier than on 2026-09-30, which the last release announced',
    ]);
  });
});
