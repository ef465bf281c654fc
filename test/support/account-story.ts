import { type AccountValues } from '../../src/domain/account';
import { addDays, type CalendarDate } from '../../src/domain/calendar';
import { endOverride, extendGrace, letFall, startOverride } from '../../src/domain/decided-move';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { type Trigger } from '../../src/domain/move';
import { type Account, rescoreAccount, type Rescoring } from '../../src/domain/rescoring';
import { type Standing, UNPLACED } from '../../src/domain/standing';
import { succeedTiers } from '../../src/domain/succession';
import { type HistoryEntry, type Move } from '../../src/domain/tier-history';
import { NO_REVIEW } from '../../src/domain/tier-review';
import { type TieringModel } from '../../src/domain/tiering-model';
import { day, given, knownValues, type WrittenValues } from './facts';

export interface DatedEntry extends HistoryEntry {
  readonly on: CalendarDate;
}

/**
 * One account lived through day by day: what happens to it goes in, its standing and its history come out.
 * At first neither its ARR nor its status is known; everything else is known and says no, so that its tier
 * follows from its ARR.
 */
export class AccountStory {
  account: Account = {
    externalId: 'ACME',
    values: knownValues({ arr: null, status: null }),
    designation: null,
    standing: UNPLACED,
    scorecard: null,
    recentUpgrades: [],
    hadArr: false,
    review: NO_REVIEW,
  };
  readonly history: DatedEntry[] = [];

  constructor(
    public today: CalendarDate,
    public model: TieringModel = DEFAULT_MODEL,
    private readonly fromFile = false,
  ) {}

  get standing(): Standing {
    return this.account.standing;
  }

  get lastRow(): DatedEntry | undefined {
    return this.history.at(-1);
  }

  /** The rows of the history from the given one on, such as "UPGRADE FACTS: core -> strategic". */
  rows(from = 0): string[] {
    return this.history.slice(from).map(({ kind, cause, effectiveFrom, effectiveTo }) => {
      const moved = `${effectiveFrom ?? 'none'} -> ${effectiveTo ?? 'none'}`;
      return effectiveFrom === effectiveTo ? `${kind} ${cause}` : `${kind} ${cause}: ${moved}`;
    });
  }

  learn(values: WrittenValues): Rescoring {
    return this.change(given(values));
  }

  change(values: Partial<AccountValues>): Rescoring {
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

  endOverride({ dataError = false } = {}): Move {
    return this.decide(endOverride(this.standing, { today: this.today, dataError }, this.model));
  }

  extendGrace(until: string | null = null): Move {
    const { standing, today, model, account } = this;
    return this.decide(
      extendGrace(standing, until === null ? null : day(until), today, account.values, model),
    );
  }

  letFall(): Move {
    return this.decide(letFall(this.standing));
  }

  /** Where the account stands by what its history says alone. */
  replay(): Standing {
    let standing = UNPLACED;
    for (const { kind, computed, heldTo, effectiveTo, pending } of this.history) {
      const overridden =
        kind === 'OVERRIDE_STARTED' || (standing.override !== null && kind !== 'OVERRIDE_ENDED');
      standing = {
        computed,
        held: heldTo,
        pending,
        override: overridden ? effectiveTo : null,
        placed: true,
      };
    }
    return standing;
  }

  private rescore(values: Partial<AccountValues>, trigger: Trigger): Rescoring {
    const { model, today, fromFile } = this;
    const rescoring = rescoreAccount(this.account, values, { model, today, trigger, fromFile });
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

/** Expects every row to start where the one before it ended, and all of them to lead to today's standing. */
export function expectUnbrokenHistory(story: AccountStory): void {
  const { history, standing } = story;
  const starts = history.map(({ heldFrom, effectiveFrom }) => [heldFrom, effectiveFrom]);
  const ends = history.map(({ heldTo, effectiveTo }) => [heldTo, effectiveTo]);
  expect(starts).toEqual([[null, null], ...ends].slice(0, history.length));
  expect(story.replay()).toEqual(standing);
}
