import { type AccountChange, applyAccountChanges } from '../../src/app/account-changes';
import { AccountService, stampOf } from '../../src/app/account.service';
import { COMMAND_LINE } from '../../src/app/actor';
import { type UnitOfWork } from '../../src/app/ports/stores';
import { RecalculationService } from '../../src/app/recalculation.service';
import { importLines } from '../../src/app/subscription.service';
import { type SubscriptionLine } from '../../src/domain/subscription';
import { TypeOrmUnitOfWork } from '../../src/persistence/unit-of-work';
import { type TestClock } from './clock';
import { type TestDatabase } from './database';
import { day, given, money, type WrittenValues } from './facts';

export interface WrittenLine {
  readonly start: string;
  readonly end?: string | null;
  readonly arr: string;
  readonly seats?: number | null;
  readonly product?: string | null;
}

/** A book that is lived through day by day with the product's own services. */
export class LivingBook {
  readonly unitOfWork: UnitOfWork;

  constructor(
    readonly database: TestDatabase,
    readonly clock: TestClock,
  ) {
    this.unitOfWork = new TypeOrmUnitOfWork(database.dataSource);
  }

  on(date: string): this {
    this.clock.setDay(date);
    return this;
  }

  /** Creates or changes one account; whatever is refused fails the test. */
  async account(externalId: string, values: WrittenValues): Promise<void> {
    await this.accounts([{ externalId, values: given(values) }]);
  }

  async accounts(changes: readonly AccountChange[]): Promise<void> {
    const stamp = stampOf(COMMAND_LINE, this.clock);
    const results = await this.unitOfWork.run(stamp, (stores) =>
      applyAccountChanges(stores, changes, { stamp, baseCurrency: 'USD', fromFile: false }),
    );
    const refused = results.flatMap(({ externalId, errors }) =>
      errors.map(({ message }) => `${externalId}: ${message}`),
    );
    if (refused.length > 0) throw new Error(refused.join('\n'));
  }

  /** Sets all subscription lines of an account. */
  async lines(externalId: string, lines: readonly WrittenLine[]): Promise<void> {
    const stamp = stampOf(COMMAND_LINE, this.clock);
    const [result] = await this.unitOfWork.run(stamp, (stores) =>
      importLines(
        COMMAND_LINE,
        stores,
        [{ externalId, lines: lines.map(readLine), incomplete: false }],
        stamp,
      ),
    );
    if (result?.error) throw result.error;
  }

  async runDaily(): Promise<void> {
    await new RecalculationService(this.unitOfWork, this.clock).recalculate(COMMAND_LINE);
  }

  async designate(externalId: string): Promise<void> {
    const service = new AccountService(this.unitOfWork, this.clock, 'USD');
    await service.designateStrategic(COMMAND_LINE, { externalId }, 'A logo that others follow', null);
  }

  /** Sets ARR and profile of many accounts at once, as a file would. */
  async seed(accounts: Readonly<Record<string, WrittenValues>>): Promise<void> {
    await this.accounts(
      Object.entries(accounts).map(([externalId, values]) => ({ externalId, values: given(values) })),
    );
  }
}

function readLine({ start, end = null, arr, seats = null, product = null }: WrittenLine): SubscriptionLine {
  return {
    start: day(start),
    end: end === null ? null : day(end),
    arr: money(arr),
    seats,
    product,
    plan: null,
  };
}
