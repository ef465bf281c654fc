import { buildSchema, graphql, type GraphQLScalarType, parseValue } from 'graphql';
import { CountryCodeScalar, DateScalar, DateTimeScalar, DecimalScalar } from '../../src/graphql/scalars';

const literal = (scalar: GraphQLScalarType, text: string): unknown => scalar.parseLiteral(parseValue(text));

describe('Decimal', () => {
  it.each<[unknown, string]>([
    ['12500.00', '12500.00'],
    ['-0.01', '-0.01'],
    ['12', '12.00'],
    ['12.5', '12.50'],
    ['9999999999999.99', '9999999999999.99'],
    [1250000, '12500.00'],
    [5, '0.05'],
    [-5, '-0.05'],
  ])('gives %p out as %p', (value, text) => {
    expect(DecimalScalar.serialize(value)).toBe(text);
  });

  it.each([['1.234'], ['NaN'], [1.5], [Infinity], [null], [{}]])('never gives %p out', (value) => {
    expect(() => DecimalScalar.serialize(value)).toThrow();
  });

  it.each<[unknown, number]>([
    ['12500.00', 1_250_000],
    ['12500', 1_250_000],
    ['0.1', 10],
    ['-3', -300],
    [12500, 1_250_000],
    [12.5, 1_250],
    [0.07, 7],
  ])('reads %p as hundredths', (value, hundredths) => {
    expect(DecimalScalar.parseValue(value)).toBe(hundredths);
    expect(literal(DecimalScalar, JSON.stringify(value))).toBe(hundredths);
  });

  it.each([
    [0.1 + 0.2],
    [1.005],
    ['1.005'],
    [1e21],
    ['1e3'],
    [''],
    [' 1'],
    ['1,000.00'],
    ['١٢'],
    ['99999999999999'],
    ['0x10'],
  ])('refuses %p and says what an amount looks like', (value) => {
    expect(() => DecimalScalar.parseValue(value)).toThrow(/at most 2 decimal places|amounts go up to/);
  });

  it.each([[true], [null], [['1']], [{}]])('refuses %p', (value) => {
    expect(() => DecimalScalar.parseValue(value)).toThrow(/a Decimal is a string/);
    expect(() => literal(DecimalScalar, 'true')).toThrow(/a Decimal is a string/);
  });
});

describe('Date', () => {
  it('is the text of the database, unchanged', () => {
    expect(DateScalar.serialize('2028-02-29')).toBe('2028-02-29');
    expect(() => DateScalar.serialize('infinity')).toThrow();
    expect(() => DateScalar.serialize(new Date(0))).toThrow();
  });

  it('reads days of the calendar only', () => {
    expect(DateScalar.parseValue('2028-02-29')).toBe('2028-02-29');
    expect(literal(DateScalar, '"2028-02-29"')).toBe('2028-02-29');
  });

  it.each([
    ['2027-02-29'],
    ['2028-13-01'],
    ['28-02-29'],
    ['2028-2-9'],
    ['2028-02-29T00:00:00Z'],
    [''],
    [20280229],
    [null],
  ])('refuses %p', (value) => {
    expect(() => DateScalar.parseValue(value)).toThrow(/YYYY-MM-DD/);
  });

  it('refuses a number in a document', () => {
    expect(() => literal(DateScalar, '20280229')).toThrow(/YYYY-MM-DD/);
  });
});

describe('DateTime', () => {
  it.each<[unknown, string]>([
    ['2026-01-02 03:04:05.678+00', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02 03:04:05+00', '2026-01-02T03:04:05Z'],
    ['2026-01-02 03:04:05.123456+00', '2026-01-02T03:04:05.123456Z'],
    ['2026-01-02 03:04:05+00:00', '2026-01-02T03:04:05Z'],
    ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02 03:04:05+05:30', '2026-01-01T21:34:05.000Z'],
    ['2026-01-02 03:04:05-08', '2026-01-02T11:04:05.000Z'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('gives %p out in UTC', (value, text) => {
    expect(DateTimeScalar.serialize(value)).toBe(text);
  });

  it.each([['2026-01-02 03:04:05'], ['infinity'], ['2026-01-02'], [0], [new Date(NaN)]])(
    'never gives %p out',
    (value) => {
      expect(() => DateTimeScalar.serialize(value)).toThrow();
    },
  );

  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.6789Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02t03:04:05+02:00', '2026-01-02T01:04:05.000Z'],
    ['2028-02-29T23:59:59-14:00', '2028-03-01T13:59:59.000Z'],
  ])('reads %p', (value, text) => {
    expect(DateTimeScalar.parseValue(value)).toBe(text);
    expect(literal(DateTimeScalar, JSON.stringify(value))).toBe(text);
  });

  it.each([
    ['2026-01-02'],
    ['2026-01-02T03:04:05'],
    ['2026-02-30T00:00:00Z'],
    ['2026-01-02T24:00:00Z'],
    ['2026-01-02T03:04:60Z'],
    ['2026-01-02T03:04:05+15:00'],
    ['now'],
    [1],
    [null],
  ])('refuses %p', (value) => {
    expect(() => DateTimeScalar.parseValue(value)).toThrow();
  });
});

describe('CountryCode', () => {
  it.each([
    ['DE', 'DE'],
    ['de', 'DE'],
    ['UK', 'GB'],
    ['uk', 'GB'],
    ['GB', 'GB'],
  ])('reads %s as %s', (value, code) => {
    expect(CountryCodeScalar.parseValue(value)).toBe(code);
    expect(literal(CountryCodeScalar, JSON.stringify(value))).toBe(code);
  });

  it.each([['Germany'], ['D'], ['DEU'], ['QX'], [''], ['1!'], [49], [null]])('refuses %p', (value) => {
    expect(() => CountryCodeScalar.parseValue(value)).toThrow();
  });

  it('gives codes out as they are', () => {
    expect(CountryCodeScalar.serialize('DE')).toBe('DE');
    expect(() => CountryCodeScalar.serialize('de')).toThrow();
  });
});

describe('All of them', () => {
  it.each([DecimalScalar, DateScalar, DateTimeScalar, CountryCodeScalar])(
    '%s says what it is and where that is specified',
    (scalar) => {
      expect(scalar.description).toBeTruthy();
      expect(scalar.specifiedByURL).toMatch(/^https:\/\//);
    },
  );

  it('tell the caller what was wrong with a value', async () => {
    const schema = buildSchema('scalar Decimal type Query { f(arr: Decimal): Decimal }');
    Object.assign(schema.getType('Decimal') as object, {
      parseLiteral: DecimalScalar.parseLiteral,
      parseValue: DecimalScalar.parseValue,
    });
    const { errors } = await graphql({ schema, source: '{ f(arr: 0.123) }' });
    expect(errors?.[0]?.message).toContain('at most 2 decimal places');
  });
});
