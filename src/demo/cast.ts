import { type Actor } from '../app/actor';
import { addDays, type CalendarDate, daysBetween, parseDate } from '../domain/calendar';

/** Where a change comes from; on one day they come in this order. */
export const SOURCES = ['OPENING', 'PRODUCT', 'CRM', 'PEOPLE'] as const;
export type Source = (typeof SOURCES)[number];

const CRM_SYNC = script('crm-sync', 'CRM sync');
const PRODUCT_SYNC = script('product-usage', 'Product usage feed');
const OPENING_IMPORT = script('first-import', 'First import');

/** They take turns, week by week. */
const PEOPLE = [
  person('ingrid.halvorsen', 'Ingrid Halvorsen'),
  person('marcus.oyelaran', 'Marcus Oyelaran'),
  person('priya.raman', 'Priya Raman'),
  person('tomas.ferreira', 'Tomás Ferreira'),
  person('hannah.lindqvist', 'Hannah Lindqvist'),
  person('daniel.okafor', 'Daniel Okafor'),
  person('siti.rahmawati', 'Siti Rahmawati'),
] as const;

const TIMES: Record<Source, string> = {
  OPENING: '08:05:00.000Z',
  PRODUCT: '09:40:00.000Z',
  CRM: '11:25:00.000Z',
  PEOPLE: '14:10:00.000Z',
};

const MONDAY = parseDate('1970-01-05');

/** The weekdays, from Monday as 0, on which a source speaks. */
const WEEKDAYS: Record<Source, readonly number[]> = {
  OPENING: [0, 1, 2, 3, 4],
  PRODUCT: [1],
  CRM: [0, 3],
  PEOPLE: [2],
};

/** Who speaks for the source on the day. */
export function actorOf(source: Source, day: CalendarDate): Actor {
  switch (source) {
    case 'OPENING':
      return OPENING_IMPORT;
    case 'PRODUCT':
      return PRODUCT_SYNC;
    case 'CRM':
      return CRM_SYNC;
    case 'PEOPLE':
      return PEOPLE[Math.floor(daysBetween(MONDAY, day) / 7) % PEOPLE.length] ?? PEOPLE[0];
  }
}

/** The moment of the day at which the source speaks, ISO 8601 in UTC. */
export function momentOf(source: Source, day: CalendarDate): string {
  return `${day}T${TIMES[source]}`;
}

/** The last day up to `day` on which the source speaks. */
export function dayOfSource(source: Source, day: CalendarDate): CalendarDate {
  const weekday = ((daysBetween(MONDAY, day) % 7) + 7) % 7;
  const back = [0, 1, 2, 3, 4, 5, 6].find((days) => WEEKDAYS[source].includes((weekday - days + 7) % 7)) ?? 0;
  return addDays(day, -back);
}

function script(id: string, name: string): Actor {
  return { kind: 'TOKEN', id: `demo:${id}`, name, role: 'ADMIN', csmId: null };
}

function person(id: string, name: string): Actor {
  return { kind: 'TOKEN', id: `demo:${id}`, name, role: 'MANAGER', csmId: null };
}
