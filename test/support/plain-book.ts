import { type CalendarDate } from '../../src/domain/calendar';
import { type TestDatabase } from './database';

interface PlainAccount {
  readonly id: string;
  readonly status: string | null;
  readonly arr: string | null;
  readonly since: string | null;
}

interface PlainMovement {
  readonly account: string;
  readonly on: string;
  readonly from: string | null;
  readonly to: string;
}

interface PlainStatus {
  readonly account: string;
  readonly on: string;
  readonly from: string | null;
}

/** The book read row by row and walked through in plain steps, to compare the SQL with. */
export class PlainBook {
  constructor(
    private readonly accounts: readonly PlainAccount[],
    private readonly movements: readonly PlainMovement[],
    private readonly statuses: readonly PlainStatus[],
  ) {}

  /** Accounts in the book on the day. */
  accountsOn(day: CalendarDate): number {
    return this.accounts.filter((account) => this.arrOn(account, day) !== undefined).length;
  }

  /** The ARR of an account on the day, in hundredths; undefined where it was not in the book. */
  arrOf(id: string, day: CalendarDate): bigint | undefined {
    const account = this.accounts.find((one) => one.id === id);
    return account && this.arrOn(account, day);
  }

  retention(from: CalendarDate, to: CalendarDate): Record<string, number | bigint> {
    let [startAccounts, lostAccounts] = [0, 0];
    let [startArr, endArr, churn, expansion] = [0n, 0n, 0n, 0n];
    for (const account of this.accounts) {
      const start = this.arrOn(account, from) ?? 0n;
      if (start === 0n) continue;
      const end = this.arrOn(account, to) ?? 0n;
      startAccounts += 1;
      startArr += start;
      endArr += end;
      if (end === 0n) {
        lostAccounts += 1;
        churn += start;
      }
      if (end > start) expansion += end - start;
    }
    return { startAccounts, lostAccounts, startArr, endArr, churn, expansion };
  }

  /** In hundredths; undefined where the account was not in the book. */
  private arrOn({ id, status, arr, since }: PlainAccount, day: CalendarDate): bigint | undefined {
    let statusThen = status;
    for (const change of [...this.statuses].reverse()) {
      if (change.account === id && change.on > day) statusThen = change.from;
    }
    if (statusThen === 'CHURNED') return undefined;
    const own = this.movements.filter((movement) => movement.account === id);
    const [first] = own;
    const last = own.findLast((movement) => movement.on <= day);
    const amount = BigInt((last?.to ?? first?.from ?? first?.to ?? arr ?? '0').replace('.', ''));
    if (last !== undefined && amount > 0n) return amount;
    const hadBegun = since === null ? last !== undefined || (first?.from ?? null) === null : since <= day;
    return hadBegun ? amount : undefined;
  }
}

/** Reads everything as it stands now. */
export async function readPlainBook(database: TestDatabase): Promise<PlainBook> {
  return new PlainBook(
    await database.query(
      `SELECT id::text AS id, status, arr::text AS arr, customer_since::text AS since FROM account ORDER BY account.id`,
    ),
    await database.query(
      `SELECT account_id::text AS account, effective_on::text AS "on", arr_from::text AS "from", arr_to::text AS "to"
       FROM arr_movement ORDER BY effective_on, arr_movement.id`,
    ),
    await database.query(
      `SELECT account_id::text AS account, effective_on::text AS "on", value_from #>> '{}' AS "from"
       FROM fact_change WHERE field = 'status' ORDER BY effective_on, fact_change.id`,
    ),
  );
}
