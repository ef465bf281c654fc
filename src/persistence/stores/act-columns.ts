import { type Act } from '../../domain/act';
import { type CalendarDate } from '../../domain/calendar';

/** The four columns of who did something and when. */
export function actColumns(verb: string, act: Act | null): Record<string, string | null> {
  return {
    [`${verb}_by_id`]: act?.actorId ?? null,
    [`${verb}_by`]: act?.actorName ?? null,
    [`${verb}_on`]: act?.today ?? null,
    [`${verb}_at`]: act?.now ?? null,
  };
}

/** Reads the four columns back; null where nobody did it. */
export function actOf(row: Readonly<Record<string, unknown>>, verb: string): Act | null {
  const id = row[`${verb}_by_id`];
  if (id === null || id === undefined) return null;
  return {
    actorId: id as string,
    actorName: row[`${verb}_by`] as string,
    today: row[`${verb}_on`] as CalendarDate,
    now: row[`${verb}_at`] as string,
  };
}
