import { type CalendarDate } from '../domain/calendar';
import { type Money } from '../domain/money';
import { type Source } from './cast';
import { type Dice } from './dice';
import { type TierKey, type Values } from './facts';
import { type Plot } from './plots';
import { type Span } from './span';

/** A time in an account's life that begins with a change of its facts. */
export interface Phase {
  /** The number of the day. */
  readonly from: number;
  /** Where the rules should place the account throughout; null where that does not matter. */
  readonly tier: string | null;
  /** Empty where the phase begins by time alone. */
  readonly changes: Values;
  readonly source: Source;
  /** The ARR to which it grows, or shrinks, in steps. */
  readonly growsTo?: Money;
  /** Whether the assessment is left to age, which the next phase rests on. */
  readonly ages?: boolean;
  readonly designation?: string;
}

/** When the contract renews; no anchor where no renewal date is known. */
export interface Contract {
  readonly termMonths: number;
  readonly anchor: CalendarDate | null;
}

/** A plot with its days and facts. */
export interface Story {
  readonly phases: readonly Phase[];
  readonly contract: Contract;
  /** The number of the day of the first payment; null for an account that never pays. */
  readonly paysFrom: number | null;
  /** The days between which its health is low. */
  readonly trouble: { readonly from: number; readonly until: number } | null;
}

export interface Setting {
  readonly plot: Plot;
  /** The tier in which it ends, or in which it was before it left. */
  readonly tier: TierKey;
  readonly arr: Money;
  /** The number of the day on which the account comes in; 0 for the first import. */
  readonly joins: number;
  readonly span: Span;
  readonly dice: Dice;
}
