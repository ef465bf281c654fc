import { Interruption } from '../../src/app/ports/interruption';
import { errorAnswer, HttpError } from '../../src/server/http-errors';

interface Case {
  readonly error: unknown;
  readonly status: number;
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isExpected: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  'a refusal with headers': {
    error: new HttpError(405, 'use POST', 'BAD_REQUEST', { allow: 'POST' }),
    status: 405,
    code: 'BAD_REQUEST',
    headers: { allow: 'POST' },
    isExpected: true,
  },
  'too many callers, who may come again': {
    error: Interruption.overloaded('others wait'),
    status: 503,
    code: 'OVERLOADED',
    headers: { 'retry-after': '1' },
    isExpected: true,
  },
  'no time left': {
    error: new Interruption('TIMEOUT', 'too long'),
    status: 504,
    code: 'TIMEOUT',
    isExpected: true,
  },
  'a body that fastify refuses': {
    error: Object.assign(new Error('x'), { statusCode: 413, code: 'FST_ERR_CTP_BODY_TOO_LARGE' }),
    status: 413,
    code: 'BAD_REQUEST',
    isExpected: true,
  },
  'a fault of ours': {
    error: new TypeError('secret place'),
    status: 500,
    code: 'INTERNAL_SERVER_ERROR',
    isExpected: false,
  },
  'nothing that is an error': { error: null, status: 500, code: 'INTERNAL_SERVER_ERROR', isExpected: false },
};

describe('the answer to an error over HTTP and on the socket of an upgrade', () => {
  test.each(Object.entries(CASES))('%s', (_name, { error, status, code, headers = {}, isExpected }) => {
    const answer = errorAnswer(error, 'request-7');
    expect({ ...answer, body: null }).toEqual({ status, headers, isExpected, body: null });
    const { errors } = JSON.parse(answer.body) as {
      errors: { message: string; extensions: { code: string } }[];
    };
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(answer.body).not.toContain('secret place');
    expect(errors[0]?.message.includes('request-7')).toBe(!isExpected);
  });
});
