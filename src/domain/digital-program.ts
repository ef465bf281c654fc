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
 * and for one before what is known last.
 *
 * @param known the newest that was told of the program; null where nothing was
 */
export function tellOfProgram(
  known: ProgramState | null,
  told: ProgramState,
  today: CalendarDate,
): ProgramState | null {
  if (told.since > today) {
    throw new DomainError('INVALID_VALUE', `since (${told.since}) lies after today (${today})`, ['since']);
  }
  if (known?.running === told.running) return null;
  if (known !== null && told.since < known.since) {
    throw new DomainError(
      'INVALID_VALUE',
      `since must not lie before ${known.since}, when the last change of this program was`,
      ['since'],
    );
  }
  return told;
}
