import { type CalendarDate } from '../../domain/calendar';
import { type KnownProgram, type ProgramState, type RequiredPrograms } from '../../domain/digital-program';
import { type DigitalProgram } from '../../domain/engagement-program';
import { type Stamp } from './clock';

/** What is told of a program of one account. */
export interface ToldProgram extends ProgramState {
  readonly accountId: string;
}

/** The newest that is known of a program of one account. */
export interface KnownOfAccount extends KnownProgram {
  readonly accountId: string;
}

export interface DigitalProgramStore {
  /** The newest of each of the accounts' programs, be it over or not; those of which nothing was told are left out. */
  knownOf(accountIds: readonly string[]): Promise<KnownOfAccount[]>;
  /** Puts new states in the place of those that are known now, which end where the new ones begin. */
  save(states: readonly ToldProgram[], stamp: Stamp): Promise<void>;
}

/** One stretch of the history of a program. */
export interface ProgramPeriodView {
  readonly accountId: string;
  readonly program: DigitalProgram;
  readonly running: boolean;
  readonly from: CalendarDate;
  /** The first day after it; null for what holds now. */
  readonly to: CalendarDate | null;
  readonly recordedBy: string;
  readonly recordedAt: string;
}

/** Of the accounts of a tier, for how many a program runs; program null: all that the tier requires. */
export interface ProgramCount {
  readonly tier: string;
  readonly program: DigitalProgram | null;
  readonly accounts: number;
  readonly running: number;
}

export interface DigitalProgramReads {
  /** What was told of the accounts' programs, the newest first, of each program of an account at most so many. */
  periodsOf(accountIds: readonly string[], most: number): Promise<ProgramPeriodView[]>;
  /** Tier by tier, each required program and all of them together, over accounts that are not churned. */
  counts(required: readonly RequiredPrograms[]): Promise<ProgramCount[]>;
  /** Whether anything was ever told of any account. */
  isAnythingKnown(): Promise<boolean>;
}
