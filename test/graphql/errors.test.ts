import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { DomainError, ERROR_CODES } from '../../src/domain/errors';
import {
  codedError,
  formatError,
  isUnexpected,
  isUserError,
  statusOf,
  treatmentOf,
  userErrorOf,
} from '../../src/graphql/errors';

const wrap = (error: Error) => new GraphQLError(error.message, { originalError: error, path: ['a', 1] });
const format = (error: unknown, formatted: GraphQLFormattedError = { message: '' }) =>
  formatError(formatted, error, 'r-1');
const MASKED = {
  message: 'Something went wrong on our side; quote request id r-1',
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
};

describe('Refusals of the domain', () => {
  it.each(ERROR_CODES)('%s has a place, a code and a status for the caller', (code) => {
    const { how, status } = treatmentOf(code);
    expect(['userError', 'topLevel']).toContain(how);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    const error = wrap(new DomainError(code, 'do this instead', ['facts', 'arr']));
    expect(isUnexpected(error)).toBe(false);
    expect(format(error)).toEqual({
      message: 'do this instead',
      extensions: { code: treatmentOf(code).code, field: 'facts.arr' },
    });
    expect(statusOf([format(error)], false)).toBe(status);
  });

  it('are user errors of a payload, except for what forbids or ends the whole operation', () => {
    expect(isUserError(new DomainError('NOT_FOUND', 'no such account'))).toBe(true);
    expect(isUserError(new DomainError('FORBIDDEN', 'no'))).toBe(false);
    expect(isUserError(new Error('no'))).toBe(false);
    expect(userErrorOf(new DomainError('REQUIRED', 'name it', ['accounts', '3', 'name']))).toEqual({
      code: 'REQUIRED',
      field: ['accounts', '3', 'name'],
      message: 'name it',
    });
  });
});

describe('Errors that callers may see', () => {
  it.each([
    [
      'Cannot query field "mee" on type "Query". Did you mean "me"?',
      'Cannot query field "mee" on type "Query".',
    ],
    ['Unknown type "X". Did you mean "A", "B", or "C"?', 'Unknown type "X".'],
    [
      'Cannot query field "x" on type "Node". Did you mean to use an inline fragment on "Account" or "Move"?',
      'Cannot query field "x" on type "Node".',
    ],
    [
      'Value "REDD" does not exist in "Colour" enum. Did you mean the enum value "RED"? More.',
      'Value "REDD" does not exist in "Colour" enum. More.',
    ],
  ])('lose their suggestions: %s', (given, shown) => {
    const error = new GraphQLError(given, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    expect(format(error).message).toBe(shown);
  });

  it.each([
    'BAD_CURSOR',
    'BAD_REQUEST',
    'BAD_USER_INPUT',
    'QUERY_TOO_COMPLEX',
    'THROTTLED',
    'UNAUTHENTICATED',
  ] as const)('keep the code %s, and lose what is meant for Apollo', (code) => {
    const error = codedError(code, 'shown', { hint: 1, http: { status: 400 }, stacktrace: ['at secret.ts'] });
    expect(format(error)).toEqual({ message: 'shown', extensions: { code, hint: 1 } });
  });

  it('keep their place in the document and in the answer', () => {
    const place = { message: 'x', path: ['a', 0], locations: [{ line: 1, column: 2 }] };
    expect(format(codedError('BAD_CURSOR', 'shown'), place)).toEqual({
      ...place,
      message: 'shown',
      extensions: { code: 'BAD_CURSOR' },
    });
  });

  it('are cut where they are endless', () => {
    expect(format(codedError('BAD_USER_INPUT', 'x'.repeat(10_000))).message.length).toBeLessThan(700);
  });

  it('name the argument that class-validator refused, and never the input', () => {
    const error = wrap(
      new ArgumentValidationError([
        {
          property: 'input',
          target: { password: 'hunter2' },
          value: 'hunter2',
          children: [
            {
              property: 'name',
              value: 'hunter2',
              constraints: { maxLength: 'name must be at most 10 characters' },
            },
          ],
        },
      ]),
    );
    expect(format(error)).toEqual({
      message: 'input.name: name must be at most 10 characters',
      extensions: { code: 'BAD_USER_INPUT', field: 'input.name' },
    });
    expect(statusOf([format(error)], true)).toBe(400);
  });

  it('include a variable that left a required argument empty', () => {
    const error = new GraphQLError('Argument "n" of non-null type "Int!" must not be null.');
    expect(format(error).extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });
});

describe('Everything else is masked', () => {
  it.each<[string, unknown]>([
    [
      'an error of the database',
      wrap(new Error('duplicate key value violates unique constraint "uq_secret"')),
    ],
    ['a code that nobody gave', new GraphQLError('SELECT 1', { extensions: { code: 'ER_PARSE' } })],
    ['a code of JavaScript', new GraphQLError('SELECT 1', { extensions: { code: 'constructor' } })],
    ['an error without anything', new GraphQLError('Cannot return null for non-nullable field Account.id.')],
    ['an error of Apollo', new GraphQLError('x', { extensions: { code: 'INTERNAL_SERVER_ERROR' } })],
    ['a text', 'SELECT 1'],
    ['nothing', undefined],
  ])('%s', (_title, error) => {
    expect(format(error)).toEqual(MASKED);
    expect(isUnexpected(error)).toBe(true);
  });
});

describe('The status of an answer', () => {
  const coded = (code: string): GraphQLFormattedError => ({ message: '', extensions: { code } });
  it.each<[string, string[], boolean, number | null]>([
    ['partial data keeps 200', ['INTERNAL_SERVER_ERROR', 'FORBIDDEN'], true, null],
    ['a wrong argument is 400 even so', ['FORBIDDEN', 'BAD_CURSOR'], true, 400],
    ['no data and a fault of ours is 500', ['FORBIDDEN', 'INTERNAL_SERVER_ERROR'], false, 500],
    ['no data and no permission is 403', ['FORBIDDEN'], false, 403],
    ['a refused request has its own', ['BAD_REQUEST'], false, null],
    ['an unknown code has none', ['constructor'], false, null],
  ])('%s', (_title, codes, hasData, status) => {
    expect(statusOf(codes.map(coded), hasData)).toBe(status);
  });
});
