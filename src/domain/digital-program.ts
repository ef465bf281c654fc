import { type CalendarDate } from './calendar';
import { type DigitalProgram, programOf } from './engagement-program';
import { DomainError } from './errors';
import { type TieringModel } from './tiering-model';

/** Whether a digital program runs for an account, since a day (spec section 8). */
export interface ProgramState {
  readonly program: DigitalProgram;
  readonly running: boolean;
  readonly since: CalendarDate;
}

/** The newest that was told of a program. */
export interface KnownProgram extends ProgramState {
  /** The first day after it, where it has ended without another: the account churned. Null for what holds now. */
  readonly until: CalendarDate | null;
}

/** The programs that must run for every account of a tier. */
export interface RequiredPrograms {
  /** The key of the tier. */
  readonly tier: string;
  readonly programs: readonly DigitalProgram[];
}

/** The tiers that require digital programs, the highest first, each with those that it requires. */
export function requiredPrograms(model: Pick<TieringModel, 'tiers' | 'programs'>): RequiredPrograms[] {
  return model.tiers
    .map(({ key }) => ({ tier: key, programs: programOf(model, key).digitalPrograms }))
    .filter(({ programs }) => programs.length > 0);
}

/**
 * The state after somebody tells of a program; null where nothing is new. Throws INVALID_VALUE for a day after today
 * and for one before the last change, so that no two periods overlap.
 *
 * @param known the newest that was told of the program, be it over or not; null where nothing was
 */
export function tellOfProgram(
  known: KnownProgram | null,
  told: ProgramState,
  today: CalendarDate,
): ProgramState | null {
  if (told.since > today) {
    throw new DomainError('INVALID_VALUE', `since (${told.since}) lies after today (${today})`, ['since']);
  }
  if (known === null) return told;
  if (known.until === null && known.running === told.running) return null;
  const changed = known.until ?? known.since;
  if (told.since < changed) {
    throw new DomainError(
      'INVALID_VALUE',
      `since must not lie before ${changed}, when the last change of this program was`,
      ['since'],
    );
  }
  return told;
}
