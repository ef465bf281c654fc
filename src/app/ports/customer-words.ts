import { type CalendarDate } from '../../domain/calendar';
import { type Locale } from '../../domain/locale';
import { type MoveNews } from '../../domain/move-message';
import { type ServicePromise } from '../../domain/service-promise';

/** What a customer is told when service changes. */
export interface CustomerMessage {
  readonly subject: string;
  /** Paragraphs and a list, as plain text. */
  readonly body: string;
}

/** Whom a move is about, and since when it counts. */
export interface MovedCustomer {
  readonly name: string;
  readonly on: CalendarDate;
}

/** The words for customers, in each of their languages. */
export interface CustomerWords {
  promise(promise: ServicePromise, locale: Locale): string;
  move(news: MoveNews, customer: MovedCustomer, locale: Locale): CustomerMessage;
}
