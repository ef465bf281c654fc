import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type Locale, LOCALES } from '../../src/domain/locale';
import {
  SERVICE_PROMISES,
  type ServicePromise,
  type ServicePromiseCode,
} from '../../src/domain/service-promise';
import { IcuCustomerWords } from '../../src/messages/icu-customer-words';
import { day } from '../support/facts';

const words = new IcuCustomerWords();
const NUMBERS = [0, 1, 2, 3, 12];
const CUSTOMER = { name: "O'Hara {Ltd} <b>", on: day('2026-03-02') };
/** What would tell a customer about tiers; labels are theirs to know. */
const TELLING = [
  ...DEFAULT_MODEL.tiers.flatMap(({ key, name }) => [key, name]),
  'tier',
  'score',
  'ARR',
  'downgrade',
].map((word) => new RegExp(`\\b${word}\\b`, 'i'));

const allPromises: ServicePromise[] = SERVICE_PROMISES.flatMap((code) =>
  NUMBERS.map((count) => ({ code, values: { count, weeks: count, months: count } })),
);

test.each(LOCALES)('every promise has its own words in %s, and nothing about tiers in them', (locale) => {
  for (const promise of allPromises) {
    const text = words.promise(promise, locale);
    expect(text).not.toMatch(/[{}]|undefined|NaN/);
    expect(text.length).toBeGreaterThan(10);
    for (const telling of TELLING) expect(text).not.toMatch(telling);
  }
  const texts = SERVICE_PROMISES.map((code) =>
    words.promise({ code, values: { count: 2, weeks: 2, months: 2 } }, locale),
  );
  expect(new Set(texts).size).toBe(texts.length);
});

const NUMBERED: readonly [name: string, codes: readonly ServicePromiseCode[]][] = [
  ['weeks', ['PERSONAL_TOUCHES', 'REGULAR_TOUCHES', 'DIGITAL_TOUCHES']],
  ['months', ['EXECUTIVE_BUSINESS_REVIEW', 'BUSINESS_REVIEW', 'BUSINESS_REPORT']],
  ['count', ['RESPONSE_IN_HOURS', 'RESPONSE_IN_BUSINESS_DAYS', 'RESPONSE_IN_DAYS']],
];

test.each(LOCALES)('the number of a promise is among its words in %s', (locale) => {
  for (const [name, codes] of NUMBERED) {
    for (const code of codes) {
      expect(words.promise({ code, values: { [name]: 5 } }, locale)).toMatch(/\b5\b/);
    }
  }
});

// Indonesian and Malay are near enough to share a sentence with each other, and with no other language.
test.each<Locale>(['id', 'ms'])('the languages are different ones, with %s among them', (one) => {
  const other = one === 'id' ? 'ms' : 'id';
  for (const promise of allPromises) {
    const texts = LOCALES.filter((locale) => locale !== other).map((locale) =>
      words.promise(promise, locale),
    );
    expect(new Set(texts).size).toBe(texts.length);
  }
});

test.each<[Locale, 'UP' | 'DOWN', string, string]>([
  ['en', 'UP', "There is more for O'Hara {Ltd} <b>", 'March 2, 2026'],
  ['de', 'UP', "Mehr für O'Hara {Ltd} <b>", '2. März 2026'],
  ['id', 'UP', "Lebih banyak untuk O'Hara {Ltd} <b>", '2 Maret 2026'],
  ['ms', 'UP', "Lebih banyak untuk O'Hara {Ltd} <b>", '2 Mac 2026'],
  ['pt', 'UP', "Mais para O'Hara {Ltd} <b>", '2 de março de 2026'],
  ['en', 'DOWN', "How we work with O'Hara {Ltd} <b> from March 2, 2026", 'March 2, 2026'],
  ['de', 'DOWN', "Unsere Zusammenarbeit mit O'Hara {Ltd} <b> ab dem 2. März 2026", '2. März 2026'],
])('in %s a message of a move %s names the customer and the day', (locale, direction, subject, date) => {
  const promise: ServicePromise = { code: 'PERSONAL_TOUCHES', values: { weeks: 4 } };
  const message = words.move({ direction, promises: [promise] }, CUSTOMER, locale);
  expect(message.subject).toBe(subject);
  expect(message.body).toContain(date);
  expect(message.body).toContain(`\n- ${words.promise(promise, locale)}`);
});

test.each(LOCALES)('a message in %s without promises has no list', (locale) => {
  const message = words.move({ direction: 'UP', promises: [] }, CUSTOMER, locale);
  expect(message.body.split('\n\n')).toHaveLength(2);
  for (const telling of TELLING) expect(message.body.replace(CUSTOMER.name, '')).not.toMatch(telling);
});

test.each([
  [1, 'every week'],
  [4, 'every 4 weeks'],
])('numbers follow the plural of the language: %d', (weeks, expected) => {
  expect(words.promise({ code: 'PERSONAL_TOUCHES', values: { weeks } }, 'en')).toContain(expected);
});
