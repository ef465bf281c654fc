import { ACCOUNT_FIELDS, type AccountField, type AccountValues } from '../../src/domain/account';
import { checkExternalId, checkField, checkValues, readField } from '../../src/domain/account-field';
import { MAX_MONEY } from '../../src/domain/money';

const refusalOf = (field: string): Error =>
  expect.objectContaining({ code: 'INVALID_VALUE', field: [field] }) as Error;

describe("a file's cell is read as what the field holds", () => {
  test.each<{ field: AccountField; text: string; value: unknown }>([
    { field: 'status', text: 'trial', value: 'TRIAL' },
    { field: 'arr', text: ' 25000.5 ', value: 2_500_050 },
    { field: 'annualRevenue', text: '9999999999999.99', value: MAX_MONEY },
    { field: 'expansionAssessment', text: 'High', value: 'HIGH' },
    { field: 'expansionAssessedOn', text: '2028-02-29', value: '2028-02-29' },
    { field: 'seatsAvailable', text: '100', value: 100 },
    { field: 'seatsUsed', text: '29.0', value: 29 },
    { field: 'logoValue', text: 'Yes', value: true },
    { field: 'logoValue', text: '1', value: true },
    { field: 'logoValue', text: 'T', value: true },
    { field: 'missionCritical', text: 'no', value: false },
    { field: 'missionCritical', text: '0', value: false },
    { field: 'healthScore', text: '100', value: 100 },
    { field: 'usagePercent', text: '130', value: 130 },
    { field: 'name', text: '  Müller & Söhne 株式会社 ', value: 'Müller & Söhne 株式会社' },
    { field: 'country', text: 'de', value: 'DE' },
    { field: 'country', text: 'UK', value: 'GB' },
    { field: 'language', text: 'PT-br', value: 'pt-BR' },
    { field: 'timeZone', text: 'utc', value: 'utc' },
    { field: 'termMonths', text: '1', value: 1 },
    { field: 'parentExternalId', text: 'ACME-1', value: 'ACME-1' },
  ])('$field "$text"', ({ field, text, value }) => {
    expect(readField(field, text)).toBe(value);
  });

  test.each(ACCOUNT_FIELDS)('an empty cell makes %s missing', (field) => {
    expect(readField(field, '')).toBeNull();
    expect(readField(field, ' \t ')).toBeNull();
  });
});

describe('a value that breaks its rule is refused by the name of its field', () => {
  test.each<{ field: AccountField; text: string; why: string }>([
    { field: 'arr', text: '-1', why: 'negative ARR' },
    { field: 'arr', text: '12,5', why: 'a decimal comma' },
    { field: 'arr', text: 'NaN', why: 'no number' },
    { field: 'expansionArr', text: '-0.01', why: 'negative expansion ARR' },
    { field: 'status', text: 'PAUSED', why: 'no such status' },
    { field: 'churnRisk', text: 'SEVERE', why: 'no such level' },
    { field: 'expansionAssessedOn', text: '2027-02-29', why: 'no such day' },
    { field: 'renewalDate', text: '31/12/2026', why: 'another form of date' },
    { field: 'seatsUsed', text: '1.5', why: 'half a seat' },
    { field: 'seatsUsed', text: '-1', why: 'negative seats' },
    { field: 'employees', text: '2147483648', why: 'more than the database holds' },
    { field: 'healthScore', text: '101', why: 'health above 100' },
    { field: 'healthScore', text: '-1', why: 'health below 0' },
    { field: 'termMonths', text: '0', why: 'a term below 1' },
    { field: 'termMonths', text: '-12', why: 'a negative term' },
    { field: 'termMonths', text: '1.5', why: 'a broken term' },
    { field: 'logoValue', text: 'maybe', why: 'neither yes nor no' },
    { field: 'country', text: 'ZZ', why: 'the code for an unknown country' },
    { field: 'country', text: 'EU', why: 'a union of countries' },
    { field: 'country', text: 'XX', why: 'no such country' },
    { field: 'country', text: 'Germany', why: 'a name instead of a code' },
    { field: 'language', text: 'de_DE', why: 'an underscore' },
    { field: 'language', text: 'german', why: 'a name instead of a tag' },
    { field: 'timeZone', text: 'Mars/Olympus', why: 'no such zone' },
    { field: 'name', text: 'x'.repeat(301), why: 'a text that is too long' },
    { field: 'name', text: 'a\u0000b', why: 'a null byte' },
    { field: 'name', text: 'a\ud800b', why: 'a lone surrogate' },
    { field: 'parentExternalId', text: 'x'.repeat(201), why: 'a key that is too long' },
  ])('$field: $why', ({ field, text }) => {
    expect(() => readField(field, text)).toThrow(refusalOf(field));
  });

  test.each<{ given: Partial<Record<AccountField, unknown>>; field: AccountField }>([
    { given: { arr: -1 }, field: 'arr' },
    { given: { arr: MAX_MONEY + 1 }, field: 'arr' },
    { given: { arr: 0.5 }, field: 'arr' },
    { given: { name: 'Acme', renewalDate: '2027-02-30' }, field: 'renewalDate' },
    { given: { expansionAssessedOn: 'yesterday' }, field: 'expansionAssessedOn' },
    { given: { logoValue: 'yes' }, field: 'logoValue' },
    { given: { seatsUsed: '5' }, field: 'seatsUsed' },
    { given: { name: '   ' }, field: 'name' },
    { given: { status: 'active' }, field: 'status' },
  ])('typed values too: $given', ({ given, field }) => {
    expect(() => checkValues(given as Partial<AccountValues>)).toThrow(refusalOf(field));
  });
});

describe('checking values', () => {
  test('keeps null, leaves out what is absent and brings the rest into its one form', () => {
    const given = { name: ' Acme ', country: 'uk', arr: null, plan: undefined } as unknown;
    expect(checkValues(given as Partial<AccountValues>)).toEqual({ name: 'Acme', country: 'GB', arr: null });
    expect(Object.keys(checkValues(given as Partial<AccountValues>))).not.toContain('plan');
  });

  test.each([0, 12, 1_200])('accepts %i of a count', (value) => {
    expect(checkField('seatsUsed', value)).toBe(value);
  });
});

describe('an external id', () => {
  test('is trimmed and kept as it is', () => {
    expect(checkExternalId(' A-00é17 ')).toBe('A-00é17');
  });

  test.each([
    { text: '  ', code: 'REQUIRED' },
    { text: 'x'.repeat(201), code: 'INVALID_VALUE' },
    { text: 'a\u0007b', code: 'INVALID_VALUE' },
  ])('is refused with $code', ({ text, code }) => {
    expect(() => checkExternalId(text)).toThrow(
      expect.objectContaining({ code, field: ['externalId'] }) as Error,
    );
  });
});
