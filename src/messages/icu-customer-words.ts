import { IntlMessageFormat } from 'intl-messageformat';
import { type CustomerMessage, type CustomerWords, type MovedCustomer } from '../app/ports/customer-words';
import { type Locale } from '../domain/locale';
import { type MoveNews } from '../domain/move-message';
import { type ServicePromise } from '../domain/service-promise';
import { type Catalogue } from './catalogue';
import { ENGLISH } from './english';
import { GERMAN } from './german';
import { INDONESIAN } from './indonesian';
import { MALAY } from './malay';
import { PORTUGUESE } from './portuguese';

const CATALOGUES: Readonly<Record<Locale, Catalogue>> = {
  de: GERMAN,
  en: ENGLISH,
  id: INDONESIAN,
  ms: MALAY,
  pt: PORTUGUESE,
};

/** Days have no time zone, so they are written as midnight in UTC and read there. */
const FORMATS = {
  date: { long: { year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' } },
} as const;

/** The words for customers, as ICU messages: plurals and dates by the rules of each language. */
export class IcuCustomerWords implements CustomerWords {
  private readonly parsed = new Map<string, IntlMessageFormat>();

  promise({ code, values }: ServicePromise, locale: Locale): string {
    return this.format(CATALOGUES[locale].promises[code], values, locale);
  }

  move({ direction, promises }: MoveNews, { name, on }: MovedCustomer, locale: Locale): CustomerMessage {
    const words = CATALOGUES[locale].moves[direction];
    const values = { name, day: new Date(`${on}T00:00:00Z`) };
    const say = (message: string): string => this.format(message, values, locale);
    const list = promises.map((promise) => `- ${this.promise(promise, locale)}`);
    const paragraphs = [
      say(words.opening),
      ...(list.length > 0 ? [[say(words.listing), ...list].join('\n')] : []),
      say(words.closing),
    ];
    return { subject: say(words.subject), body: paragraphs.join('\n\n') };
  }

  private format(message: string, values: Record<string, number | string | Date>, locale: Locale): string {
    const key = `${locale} ${message}`;
    const known = this.parsed.get(key);
    const format = known ?? new IntlMessageFormat(message, locale, FORMATS, { ignoreTag: true });
    if (known === undefined) this.parsed.set(key, format);
    return String(format.format(values));
  }
}
