import { outcomeOf } from './connection';

describe('what became of a request', () => {
  test.each<[string, number, unknown, string]>([
    ['an answer', 200, { data: { accounts: { nodes: [] } } }, 'ok'],
    ['a field that is null', 200, { data: { account: null } }, 'ok'],
    ['a deed that was done', 200, { data: { logTouch: { touch: { id: '1' }, userErrors: [] } } }, 'ok'],
    [
      'a refused deed',
      200,
      { data: { logTouch: { userErrors: [{ code: 'REQUIRED' }] } } },
      'refused REQUIRED',
    ],
    [
      'a refused item of many',
      200,
      { data: { upsertAccounts: { userErrors: [], results: [{ userErrors: [{ code: 'CONFLICT' }] }] } } },
      'refused CONFLICT',
    ],
    ['an error', 200, { data: null, errors: [{ extensions: { code: 'TIMEOUT' } }] }, 'error TIMEOUT'],
    ['an error beside data', 200, { data: { a: {} }, errors: [{ extensions: { code: 'X' } }] }, 'error X'],
    ['an error without a code', 200, { errors: [{}] }, 'error without a code'],
    ['too many', 429, { errors: [{ extensions: { code: 'THROTTLED' } }] }, 'status 429'],
    ['a server that is ill', 503, {}, 'status 503'],
  ])('%s', (_name, status, body, expected) => {
    expect(outcomeOf(status, JSON.stringify(body))).toBe(expected);
  });
});
