import { type DomainError } from '../../src/domain/errors';
import {
  afterAttempt,
  checkConcurrency,
  checkWebhookUrl,
  eventTypesOf,
  MOST_WEBHOOK_ATTEMPTS,
  retryAfterSeconds,
  signingSecrets,
  WEBHOOK_LEASE_SECONDS,
  WEBHOOK_RETRY_SECONDS,
  WEBHOOK_TIMEOUT_SECONDS,
  type WebhookAnswer,
  webhookMessageId,
} from '../../src/domain/webhook';

const NOW = '2026-03-02T12:00:00.000Z';
const EXACTLY = 0.5;

const answerOf = (statusCode: number | null, retryAfter: string | null = null): WebhookAnswer => ({
  statusCode,
  error: statusCode === null ? 'ECONNREFUSED' : null,
  retryAfter,
  durationMs: 12,
});
const secondsUntil = (moment: string | null): number | null =>
  moment === null ? null : (Date.parse(moment) - Date.parse(NOW)) / 1_000;

describe('what follows from an attempt', () => {
  test.each<[string, WebhookAnswer, string, boolean, string | null]>([
    ['200', answerOf(200), 'DELIVERED', false, null],
    ['204', answerOf(204), 'DELIVERED', false, null],
    ['299', answerOf(299), 'DELIVERED', false, null],
    ['300', answerOf(300), 'PENDING', false, 'HTTP 300: redirects are not followed'],
    ['a redirect', answerOf(307), 'PENDING', false, 'HTTP 307: redirects are not followed'],
    ['400', answerOf(400), 'PENDING', false, 'HTTP 400'],
    ['404', answerOf(404), 'PENDING', false, 'HTTP 404'],
    ['410', answerOf(410), 'PENDING', true, 'HTTP 410: the endpoint wants nothing any more'],
    ['429', answerOf(429), 'PENDING', false, 'HTTP 429'],
    ['500', answerOf(500), 'PENDING', false, 'HTTP 500'],
    ['503', answerOf(503), 'PENDING', false, 'HTTP 503'],
    ['199', answerOf(199), 'PENDING', false, 'HTTP 199'],
    ['no answer', answerOf(null), 'PENDING', false, 'ECONNREFUSED'],
  ])('%s', (_title, answer, status, gone, error) => {
    const outcome = afterAttempt(answer, { attempts: 1, test: false }, NOW, EXACTLY);
    expect(outcome).toEqual({
      status,
      gone,
      error,
      nextAttemptAt: status === 'PENDING' ? '2026-03-02T12:00:05.000Z' : null,
    });
  });

  test.each([
    [1, 5],
    [2, 30],
    [3, 2 * 60],
    [4, 10 * 60],
    [5, 30 * 60],
    [6, 2 * 3_600],
    [7, 5 * 3_600],
    [8, 10 * 3_600],
    [9, 14 * 3_600],
    [10, 20 * 3_600],
    [11, 24 * 3_600],
    [12, null],
    [13, null],
  ])('attempt %d that fails is followed by another one after %p seconds', (attempts, seconds) => {
    const outcome = afterAttempt(answerOf(500), { attempts, test: false }, NOW, EXACTLY);
    expect(secondsUntil(outcome.nextAttemptAt)).toBe(seconds);
    expect(outcome.status).toBe(seconds === null ? 'DEAD' : 'PENDING');
  });

  test('the last of 12 attempts comes about three days after the first', () => {
    expect(MOST_WEBHOOK_ATTEMPTS).toBe(12);
    const all = WEBHOOK_RETRY_SECONDS.reduce((sum, seconds) => sum + seconds, 0);
    expect(Math.round(all / 3_600)).toBe(76);
  });

  test.each([
    [0, 4.5],
    [0.25, 4.75],
    [1, 5.5],
  ])('by a chance of %d the first retry comes after %d seconds', (jitter, seconds) => {
    const outcome = afterAttempt(answerOf(500), { attempts: 1, test: false }, NOW, jitter);
    expect(secondsUntil(outcome.nextAttemptAt)).toBe(seconds);
  });

  test.each<[number, string | null, number]>([
    [429, '120', 120],
    [503, '120', 120],
    [503, ' 7 ', 7],
    [503, '0', 1],
    [503, '999999999', 86_400],
    [503, 'Mon, 02 Mar 2026 12:10:00 GMT', 600],
    [503, 'Sun, 01 Mar 2026 12:00:00 GMT', 1],
    [503, 'Tue, 02 Mar 2027 12:00:00 GMT', 86_400],
    [503, null, 5],
    [503, '', 5],
    [503, '-5', 5],
    [503, '1.5', 5],
    [503, '2027', 2_027],
    [503, 'soon', 5],
    [503, 'Monday or so', 5],
    [500, '120', 5],
    [404, '120', 5],
  ])('%d with Retry-After %p is tried again after %d seconds', (statusCode, retryAfter, seconds) => {
    const outcome = afterAttempt(
      answerOf(statusCode, retryAfter),
      { attempts: 1, test: false },
      NOW,
      EXACTLY,
    );
    expect(secondsUntil(outcome.nextAttemptAt)).toBe(seconds);
  });

  test('Retry-After does not keep a delivery alive beyond its attempts', () => {
    const outcome = afterAttempt(answerOf(503, '60'), { attempts: 12, test: false }, NOW, EXACTLY);
    expect(outcome).toMatchObject({ status: 'DEAD', nextAttemptAt: null });
    expect(retryAfterSeconds('60', NOW)).toBe(60);
  });

  test('a test is tried once', () => {
    expect(afterAttempt(answerOf(500), { attempts: 1, test: true }, NOW, EXACTLY)).toMatchObject({
      status: 'DEAD',
      nextAttemptAt: null,
    });
    expect(afterAttempt(answerOf(200), { attempts: 1, test: true }, NOW, EXACTLY).status).toBe('DELIVERED');
  });

  test('the lease outlasts the time-out by far', () => {
    expect(WEBHOOK_LEASE_SECONDS).toBeGreaterThanOrEqual(3 * WEBHOOK_TIMEOUT_SECONDS);
  });
});

describe('the secrets that sign', () => {
  const previous = { secret: 'whsec_old', until: '2026-03-03T12:00:00+00:00' };
  test.each([
    ['before a rotation', null, NOW, ['whsec_new']],
    ['right after one', previous, NOW, ['whsec_new', 'whsec_old']],
    ['a moment before its end', previous, '2026-03-03T11:59:59.999Z', ['whsec_new', 'whsec_old']],
    ['at its end', previous, '2026-03-03T12:00:00.000Z', ['whsec_new']],
  ])('%s', (_title, before, now, secrets) => {
    expect(signingSecrets('whsec_new', before, now)).toEqual(secrets);
  });
});

test('a message has one id for each event and endpoint, a test one of its own', () => {
  expect(webhookMessageId({ id: '9', endpointId: '2', eventId: '7' })).toBe('evt_2_7');
  expect(webhookMessageId({ id: '10', endpointId: '2', eventId: '7' })).toBe('evt_2_7');
  expect(webhookMessageId({ id: '9', endpointId: '2', eventId: null })).toBe('test_2_9');
});

describe('the URL of an endpoint', () => {
  test.each<[string, boolean, string]>([
    ['https://example.com/hook', false, 'https://example.com/hook'],
    [' https://example.com:8443/hook?key=1 ', false, 'https://example.com:8443/hook?key=1'],
    ['HTTPS://EXAMPLE.com', false, 'https://example.com/'],
    ['http://example.com/', true, 'http://example.com/'],
    ['https://münchen.example/', false, 'https://xn--mnchen-3ya.example/'],
  ])('may be %p', (text, plain, url) => {
    expect(checkWebhookUrl(text, plain)).toBe(url);
  });

  test.each<[string, boolean, string, RegExp]>([
    ['', false, 'REQUIRED', /must be given/],
    ['http://example.com/', false, 'INVALID_VALUE', /starts with https:\/\/,/],
    ['ftp://example.com/', true, 'INVALID_VALUE', /https:\/\/ or http:\/\//],
    ['example.com/hook', false, 'INVALID_VALUE', /must be a URL/],
    ['javascript:alert(1)', true, 'INVALID_VALUE', /must be a URL/],
    ['https://', false, 'INVALID_VALUE', /must be a URL/],
    ['https://example.com:99999/', false, 'INVALID_VALUE', /must be a URL/],
    [`https://example.com/${'x'.repeat(2_000)}`, false, 'INVALID_VALUE', /at most 2000 characters/],
    ['https://me@example.com/', false, 'INVALID_VALUE', /no user/],
    ['https://:secret@example.com/', false, 'INVALID_VALUE', /no user and no password/],
    ['https://example.com/#part', false, 'INVALID_VALUE', /no fragment/],
  ])('may not be %p', (text, plain, code, message) => {
    let refusal: DomainError | null = null;
    try {
      checkWebhookUrl(text, plain);
    } catch (error) {
      refusal = error as DomainError;
    }
    expect(refusal).toMatchObject({ code, field: ['url'] });
    expect(refusal?.message).toMatch(message);
  });
});

test.each([0, 21, 1.5, -1, NaN])('a concurrency of %p is refused', (concurrency) => {
  expect(() => checkConcurrency(concurrency)).toThrow('must be a whole number from 1 to 20');
});

test.each([1, 5, 20])('a concurrency of %p is taken', (concurrency) => {
  expect(checkConcurrency(concurrency)).toBe(concurrency);
});

test('types of events are kept once each, in the order of the list', () => {
  expect(eventTypesOf(['touch.due', 'tier.moved', 'touch.due'])).toEqual(['tier.moved', 'touch.due']);
  expect(eventTypesOf([])).toEqual([]);
});
