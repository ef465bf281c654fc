import { type Actor, COMMAND_LINE } from '../../src/app/actor';
import { type LoggedItem, TouchService } from '../../src/app/touch.service';
import { DomainError } from '../../src/domain/errors';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { StaffedBook } from '../support/staffed-book';

describe('touches are logged', () => {
  const clock = fixedClock('2026-01-05');
  let database: TestDatabase;
  let book: StaffedBook;
  let touches: TouchService;
  let anna: Actor;

  beforeEach(async () => {
    clock.setDay('2026-01-05');
    database = await createTestDatabase();
    book = new StaffedBook(database, clock);
    touches = new TouchService(book.unitOfWork, clock);
    await book.seed({
      TOP: { arr: '600000', customerSince: day('2020-01-01') },
      CORE: { arr: '60000', customerSince: day('2020-01-01') },
      SCALE: { arr: '6000', customerSince: day('2020-01-01') },
      OTHER: { arr: '60000', customerSince: day('2020-01-01') },
    });
    await book.staff({ anna: { pool: 'east' }, ben: {} });
    await book.assign({
      TOP: { csm: 'anna', executiveSponsor: 'CEO' },
      CORE: { csm: 'anna' },
      SCALE: { pool: 'east' },
      OTHER: { csm: 'ben' },
    });
    anna = csm('anna', await book.idOf('csm', 'anna'));
  });
  afterEach(async () => {
    await database.drop();
  });

  const csm = (name: string, csmId: string): Actor => ({
    kind: 'PERSON',
    id: `person:${name}`,
    name,
    role: 'CSM',
    csmId,
  });
  const item = (externalId: string, change: Partial<LoggedItem> = {}): LoggedItem => ({
    account: { externalId },
    kind: 'TOUCH',
    on: null,
    channel: 'CALL',
    outcome: null,
    note: null,
    skipped: false,
    ...change,
  });
  const refusal = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
      return 'done';
    } catch (error) {
      if (error instanceof DomainError) return `${error.code} ${error.field.join('.')}`;
      throw error;
    }
  };
  const last = async (): Promise<string[]> =>
    (
      await database.query<{ row: string }>(
        `SELECT concat_ws(' ', a.external_id, e.last_touch_on, e.last_event_on, e.last_business_review_on) AS row
         FROM account_engagement e JOIN account a ON a.id = e.account_id ORDER BY 1`,
      )
    ).map(({ row }) => row);

  test('by a CSM in the own portfolio: own accounts and those of the pools, and nowhere else', async () => {
    const results = await touches.logTouches(
      anna,
      ['TOP', 'SCALE', 'OTHER', 'NONE'].map((key) => item(key)),
    );
    expect(results.map(({ refusal }) => refusal?.code ?? 'LOGGED')).toEqual([
      'LOGGED',
      'LOGGED',
      'OUTSIDE_PORTFOLIO',
      'NOT_FOUND',
    ]);
    expect(await refusal(touches.logTouch(anna, item('OTHER')))).toBe('OUTSIDE_PORTFOLIO account');
    expect(await refusal(touches.logTouch({ ...anna, csmId: null }, item('TOP')))).toBe(
      'OUTSIDE_PORTFOLIO account',
    );
    expect(await refusal(touches.logTouch({ ...anna, role: 'VIEWER' }, item('TOP')))).toBe('FORBIDDEN ');
    expect(await refusal(touches.logTouch(COMMAND_LINE, item('OTHER')))).toBe('done');
  });

  test('in any order: an earlier touch that is logged later moves nothing', async () => {
    clock.setDay('2026-03-02');
    await touches.logTouch(anna, item('CORE', { on: day('2026-02-20') }));
    await touches.logTouch(anna, item('CORE', { on: day('2026-02-10') }));
    await touches.logTouch(anna, item('CORE', { kind: 'EVENT', on: day('2026-02-25') }));
    await touches.logTouches(anna, [
      item('CORE', { kind: 'BUSINESS_REVIEW', on: day('2026-02-12') }),
      item('CORE', { kind: 'BUSINESS_REVIEW', on: day('2026-02-11') }),
    ]);
    expect(await last()).toContain('CORE 2026-02-20 2026-02-25 2026-02-12');
  });

  test('once for a key, and another touch with it is refused', async () => {
    const first = await touches.logTouch(anna, item('CORE'), 'key');
    expect(await touches.logTouch(anna, item('CORE'), 'key')).toEqual(first);
    expect(await refusal(touches.logTouch(anna, item('TOP'), 'key'))).toBe(
      'IDEMPOTENCY_KEY_MISMATCH idempotencyKey',
    );
    const [row] = await database.query<{ count: string }>('SELECT count(*) FROM touch');
    expect(row?.count).toBe('1');
  });

  test('not in the future, not for a churned account, and at most 500 at once', async () => {
    expect(await refusal(touches.logTouch(anna, item('CORE', { on: day('2026-01-06') })))).toBe(
      'INVALID_VALUE on',
    );
    await book.account('OTHER', { status: 'CHURNED' });
    expect(await refusal(touches.logTouch(COMMAND_LINE, item('OTHER')))).toBe('ACCOUNT_CHURNED account');
    const many = Array.from({ length: 501 }, () => item('CORE'));
    expect(await refusal(touches.logTouches(anna, many))).toBe('TOO_MANY_ITEMS touches');
  });

  test('a business review may be left out with a note, never in the top tier', async () => {
    const skip = { kind: 'BUSINESS_REVIEW', skipped: true, note: 'They travel.' } as const;
    expect(await refusal(touches.logTouch(anna, item('TOP', skip)))).toBe('MAY_NOT_BE_SKIPPED skipped');
    expect(await refusal(touches.logTouch(anna, item('CORE', { ...skip, note: null })))).toBe(
      'REQUIRED note',
    );
    await touches.logTouch(anna, item('CORE', skip));
    expect(await last()).toContain('CORE 2026-01-05');
  });

  test('and taken back: the one before counts again, and the row stays', async () => {
    clock.setDay('2026-02-01');
    await touches.logTouch(anna, item('CORE', { on: day('2026-01-10') }));
    const { touchId } = await touches.logTouch(anna, item('CORE'));
    await touches.undoTouch(anna, touchId, 'Another account');
    expect(await last()).toContain('CORE 2026-01-10');
    expect(await refusal(touches.undoTouch(anna, touchId, null))).toBe('WRONG_STATUS touchId');
    const rows = await database.query('SELECT undone_by, undone_note FROM touch ORDER BY id');
    expect(rows).toEqual([
      { undone_by: null, undone_note: null },
      { undone_by: 'anna', undone_note: 'Another account' },
    ]);
  });

  test('and taken back by others only where they are managers, and not by a CSM after 14 days', async () => {
    const ben = csm('ben', anna.csmId ?? '');
    const { touchId } = await touches.logTouch(anna, item('CORE'));
    const other = await touches.logTouch(anna, item('TOP'));
    expect(await refusal(touches.undoTouch(ben, touchId, null))).toBe('WRONG_STATUS touchId');
    clock.passDays(14);
    expect(await refusal(touches.undoTouch(anna, other.touchId, null))).toBe('done');
    clock.passDays(1);
    expect(await refusal(touches.undoTouch(anna, touchId, null))).toBe('WRONG_STATUS touchId');
    expect(await refusal(touches.undoTouch(COMMAND_LINE, touchId, null))).toBe('done');
    expect(await refusal(touches.undoTouch(COMMAND_LINE, '999999', null))).toBe('NOT_FOUND touchId');
  });

  test('moves, churn and return keep since when an account is served', async () => {
    const since = async (): Promise<string | undefined> =>
      (
        await database.query<{ row: string }>(
          `SELECT served_since || ' ' || tier_since AS row FROM account_engagement e
           JOIN account a ON a.id = e.account_id WHERE a.external_id = 'OTHER'`,
        )
      )[0]?.row;
    expect(await since()).toBe('2026-01-05 2026-01-05');
    await book.on('2026-02-01').account('OTHER', { arr: '600000' });
    expect(await since()).toBe('2026-01-05 2026-02-01');
    await book.on('2026-02-02').account('OTHER', { name: 'Other' });
    expect(await since()).toBe('2026-01-05 2026-02-01');
    await book.on('2026-03-01').account('OTHER', { status: 'CHURNED' });
    await book.on('2026-04-01').account('OTHER', { status: 'ACTIVE' });
    expect(await since()).toBe('2026-04-01 2026-04-01');
  });
});
