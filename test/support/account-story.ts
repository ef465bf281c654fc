import { NO_VALUES } from '../../src/domain/account';
import { addDays, type CalendarDate } from '../../src/domain/calendar';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import {
  endOverride,
  type HistoryEntry,
  letFall,
  type Move,
  startOverride,
  succeedTiers,
  type Trigger,
  UNPLACED,
} from '../../src/domain/move';
import { type Account, rescoreAccount, type Rescoring } from '../../src/domain/rescoring';
import { type TieringModel } from '../../src/domain/tiering-model';
import { day, given, type WrittenValues } from './facts';

export interface DatedEntry extends HistoryEntry {
  readonly on: CalendarDate;
}

export const UNKNOWN_ACCOUNT: Account = {
  externalId: 'ACME',
  values: NO_VALUES,
  designation: null,
  standing: UNPLACED,
  scorecard: null,
  recentUpgrades: [],
  hadArr: false,
  reviewDueOn: null,
};

/** One account lived through day by day: what happens to it goes in, its standing and its history come out. */
export class AccountStory {
  account: Account = UNKNOWN_ACCOUNT;
  readonly history: DatedEntry[] = [];

  constructor(
    public today: CalendarDate,
    public model: TieringModel = DEFAULT_MODEL,
  ) {}

  get standing(): Account['standing'] {
    return this.account.standing;
  }

  /** "DOWNGRADE_PENDING FACTS" for each row since `from`. */
  rowsSince(from: number): string[] {
    return this.history.slice(from).map(({ kind, cause }) => `${kind} ${cause}`);
  }

  get rows(): string[] {
    return this.rowsSince(0);
  }

  learn(values: WrittenValues): Rescoring {
    return this.rescore(values, 'FACTS');
  }

  /** The daily run of the day that it is. */
  runDaily(): Rescoring {
    return this.rescore({}, 'TIME');
  }

  goTo(date: string): this {
    this.today = day(date);
    return this;
  }

  sleep(days: number): this {
    this.today = addDays(this.today, days);
    return this;
  }

  publish(model: TieringModel, successors: ReadonlyMap<string, string> = new Map()): Rescoring {
    this.decide(succeedTiers(this.standing, successors, this.model.tiers, model.tiers));
    this.model = model;
    return this.rescore({}, 'MODEL_PUBLISHED');
  }

  override(tier: string): Move {
    return this.decide(startOverride(this.standing, tier));
  }

  endOverride(dataError = false): Move {
    return this.decide(endOverride(this.standing, { today: this.today, dataError }, this.model));
  }

  letFall(): Move {
    return this.decide(letFall(this.standing));
  }

  private rescore(values: WrittenValues, trigger: Trigger): Rescoring {
    const context = { model: this.model, today: this.today, trigger, fromFile: false };
    const rescoring = rescoreAccount(this.account, given(values), context);
    this.account = rescoring.account;
    this.write(rescoring.entries);
    return rescoring;
  }

  private decide(move: Move): Move {
    this.account = { ...this.account, standing: move.standing };
    this.write(move.entries);
    return move;
  }

  private write(entries: readonly HistoryEntry[]): void {
    this.history.push(...entries.map((entry) => ({ ...entry, on: this.today })));
  }
}
