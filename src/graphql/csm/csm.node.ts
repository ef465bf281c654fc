import { type CsmView } from '../../app/ports/portfolio-reads';
import { type CalendarDate } from '../../domain/calendar';
import { SINCE_EVER } from '../../domain/csm';
import { type Selection } from '../look-ahead';
import { oncePer } from '../once-per';
import { type Ordering } from '../page';

/** A CSM as resolvers pass it on: the row as it is. */
export type CsmNode = CsmView;

export const CSMS_BY_NAME: Ordering = { fingerprint: 'csm by name', kinds: ['text', 'bigint'] };

/** What fields of a CSM are worked out of, where that goes by another name. */
const SOURCES: Readonly<Record<string, string>> = {
  fte: 'employment',
  leaveOn: 'leave',
  sharedTotals: 'pools',
};

/** What has to be read of a CSM for a selection. */
export const csmFields = oncePer((selection: Selection): readonly string[] =>
  Object.keys(selection).map((field) => SOURCES[field] ?? field),
);

/** The first day of a period as callers see it: null where nobody knows since when. */
export function shownFrom(from: CalendarDate): CalendarDate | null {
  return from === SINCE_EVER ? null : from;
}
