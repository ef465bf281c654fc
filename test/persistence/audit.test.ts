import { stampOf } from '../../src/app/account.service';
import { COMMAND_LINE } from '../../src/app/actor';
import { AUDIT_SUBJECTS } from '../../src/app/ports/audit';
import { CsmService } from '../../src/app/csm.service';
import { OverrideService } from '../../src/app/override.service';
import { TokenService } from '../../src/app/token.service';
import { SqlAuditReads } from '../../src/persistence/reads/audit.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlTokenListReads } from '../../src/persistence/reads/token-list.reads';
import { secrets } from '../../src/server/secrets';
import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { day } from '../support/facts';
import { LivingBook } from '../support/living-book';

/** Tables without entries of their own, and why. */
const NOT_AUDITED: Readonly<Record<string, string>> = {
  account_engagement: 'follows from touches and the tier history',
  arr_movement: 'follows from facts and subscription lines, with who and when',
  audit_entry: 'the audit itself',
  book_banding: 'by which bands the figures of the book are kept',
  book_delta: 'follows from accounts, until it is added to the figures',
  book_figure: 'follows from accounts',
  book_restatement: 'follows from accounts and their histories',
  daily_run: 'which scheduled work is done',
  daily_step: 'which scheduled work is done',
  event: 'tells of what is written elsewhere',
  fact_change: 'the history of facts, with who and when',
  idempotency_key: 'the keys of calls that are audited',
  load_delta: 'follows from accounts, until it is added to the loads',
  load_figure: 'follows from accounts',
  load_keeping: 'whether the loads of accounts are kept',
  migration: 'the version of the schema',
  past_book: 'follows from accounts and their histories',
  past_book_figure: 'follows from accounts and their histories',
  pending_downgrade: 'follows from the tier history',
  renewal_notice: 'a record itself, by the daily run',
  scorecard: 'follows from facts and the model, with when',
  segment_change: 'follows from facts and segments, by the daily run',
  segment_member: 'follows from facts and segments, by the daily run',
  throttle_bucket: 'points of queries, no part of the book',
  tier_history: 'the history of tiers, with who and when',
  webhook_delivery: 'what became of an event on its way to an endpoint',
};

describe('the audit', () => {
  const clock = fixedClock('2026-03-02');
  let database: TestDatabase;
  let reader: DatabaseReader;
  let book: LivingBook;

  beforeEach(async () => {
    database = await createTestDatabase();
    reader = new DatabaseReader({ url: database.url, max: 2, applicationName: 'test' });
    book = new LivingBook(database, clock).on('2026-03-02');
    await forget();
  });
  afterEach(async () => {
    await reader.close();
    await database.drop();
  });

  const ALL = { size: 1_000, backward: false, after: null };

  /** What was written, the oldest first, without when and by whom. */
  const written = async (): Promise<unknown[]> => {
    const entries = await new SqlAuditReads(reader).page({}, ALL);
    return entries
      .reverse()
      .map(({ action, subject, changes }) => [
        action,
        subject,
        Object.fromEntries(changes.map(({ field, before, after }) => [field, [before, after]])),
      ]);
  };

  const forget = (): Promise<unknown> =>
    database.query(
      `SET session_replication_role = replica; DELETE FROM audit_entry; SET session_replication_role = origin`,
    );

  test('has entries for every table, or the table is named here with the reason', async () => {
    const tables = await database.query<{ name: string; audited: string | null }>(
      `SELECT relname AS name, (
         SELECT string_agg(DISTINCT tgtype::text, ',') FROM pg_trigger
         WHERE tgrelid = pg_class.oid AND tgfoid IN ('audit_inserts'::regproc, 'audit_new_accounts'::regproc, 'audit_update'::regproc, 'audit_deletes'::regproc)
       ) AS audited
       FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`,
    );
    const audited = tables.filter((table) => table.audited?.split(',').length === 3).map(({ name }) => name);
    const others = tables.filter(({ name }) => !audited.includes(name)).map(({ name }) => name);
    expect(others).toEqual(Object.keys(NOT_AUDITED).sort());
    const subjects = audited.map((name) => (name === 'tier_override' ? 'OVERRIDE' : name.toUpperCase()));
    expect(subjects.sort()).toEqual([...AUDIT_SUBJECTS].sort());
  });

  test('says what was before and after, and who wrote it in which request', async () => {
    await book.account('A', { arr: '30000', name: 'Lumenvale' });
    await book.account('A', { arr: '31000.50', churnRisk: 'HIGH' });
    expect(await written()).toEqual([
      [
        'CREATED',
        'ACCOUNT',
        expect.objectContaining({
          externalId: [null, 'A'],
          name: [null, 'Lumenvale'],
          arr: [null, '30000.00'],
        }),
      ],
      ['CHANGED', 'ACCOUNT', { arr: ['30000.00', '31000.50'], churnRisk: [null, 'HIGH'] }],
    ]);
    const stamp = { ...stampOf({ ...COMMAND_LINE, requestId: 'request-7' }, clock) };
    await book.unitOfWork.run(stamp, (stores) =>
      stores.csms.savePools([{ externalId: 'west', name: 'West' }], stamp),
    );
    const [entry] = await new SqlAuditReads(reader).page({ subjects: ['POOL'] }, ALL);
    expect(entry).toMatchObject({
      actorId: 'cli',
      actorName: 'Command line',
      requestId: 'request-7',
      occurredAt: '2026-03-02 12:00:00+00',
      accountId: null,
    });
  });

  test('shows of a new account all that it shows of one that goes', async () => {
    await book.account('A', { arr: '30000', name: 'Lumenvale', logoValue: false, renewalDate: '2026-12-31' });
    const [entry] = await database.query<Record<string, unknown>>(
      `SELECT entry.subject_id = account.id AND entry.account_id = account.id AS own, entry.after,
         jsonb_strip_nulls(to_jsonb(account)) - split_part(encode(tgargs, 'escape'), '\\000', 3)::text[] AS shown
       FROM audit_entry entry, account, pg_trigger
       WHERE entry.subject = 'ACCOUNT' AND tgrelid = 'account'::regclass AND tgname = 'account_audit_delete'`,
    );
    expect(entry?.own).toBe(true);
    expect(entry?.after).toMatchObject({ name: 'Lumenvale', logo_value: false });
    expect(entry?.after).toEqual(entry?.shown);
  });

  test('has of new accounts the columns of which it has changes', async () => {
    const [found] = await database.query<{ shown: string; definition: string }>(
      `SELECT pg_get_functiondef('audit_new_accounts'::regproc) AS definition, (
         SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_trigger
         JOIN pg_attribute ON attrelid = tgrelid AND attnum = ANY (tgattr)
         WHERE tgrelid = 'account'::regclass AND tgname = 'account_audit_update'
       ) AS shown`,
    );
    expect(found?.definition).toContain(`SELECT ${found?.shown ?? ''} FROM new_rows`);
    expect(found?.shown.split(', ')).toEqual(expect.arrayContaining(['id', 'external_id', 'arr']));
  });

  test('has no entry of what the rules make of facts, since the tier history has it', async () => {
    await book.account('A', {
      arr: '40000',
      expansionAssessment: 'HIGH',
      expansionAssessedOn: '2026-03-02',
    });
    await forget();
    book.on('2027-04-01');
    await book.runDaily();
    expect(await database.query('SELECT kind FROM tier_history ORDER BY id')).toEqual([
      { kind: 'INITIAL' },
      { kind: 'DOWNGRADE_PENDING' },
    ]);
    expect(await written()).toEqual([]);
  });

  test('of an override has the request, the decision and the end', async () => {
    await book.account('A', { arr: '30000' });
    await forget();
    const overrides = new OverrideService(book.unitOfWork, clock);
    const terms = { tier: 'strategic', reason: 'BRAND', note: null, expiresOn: day('2026-06-01') } as const;
    const { overrideId } = await overrides.overrideTier(COMMAND_LINE, {
      ...terms,
      account: { externalId: 'A' },
      supersede: false,
    });
    await overrides.revokeOverride(COMMAND_LINE, overrideId, { note: 'Over', dataError: false });
    expect(await written()).toEqual([
      ['CREATED', 'OVERRIDE', expect.objectContaining({ status: [null, 'ACTIVE'] })],
      [
        'CHANGED',
        'OVERRIDE',
        expect.objectContaining({ status: ['ACTIVE', 'REVOKED'], endNote: [null, 'Over'] }),
      ],
    ]);
  });

  test('of a CSM has what belongs to the CSM', async () => {
    const csms = new CsmService(book.unitOfWork, clock);
    await csms.upsertCsms(COMMAND_LINE, [
      { externalId: 'anna', values: { name: 'Anna' } },
      { externalId: 'ben', values: { name: 'Ben' } },
    ]);
    await forget();
    const leave = { csm: 'anna', from: day('2026-04-01'), to: day('2026-04-08'), backup: 'ben' };
    await csms.setLeave(COMMAND_LINE, leave);
    await csms.cancelLeave(COMMAND_LINE, { csm: 'anna', from: leave.from });
    const seen = (await written()) as [string, string, object][];
    expect(seen.map(([action, subject]) => [action, subject])).toEqual([
      ['CREATED', 'CSM_LEAVE'],
      ['DELETED', 'CSM_LEAVE'],
    ]);
  });

  test('never holds the secret of a token', async () => {
    const tokens = new TokenService(book.unitOfWork, clock, secrets, new SqlTokenListReads(reader));
    const { token } = await tokens.create(COMMAND_LINE, 'script', 'VIEWER', null);
    await tokens.noteUse(token.id);
    await tokens.revokeById(COMMAND_LINE, token.id);
    expect(await written()).toEqual([
      [
        'CREATED',
        'API_TOKEN',
        {
          id: [null, token.id],
          name: [null, 'script'],
          prefix: [null, token.prefix],
          role: [null, 'VIEWER'],
        },
      ],
      ['CHANGED', 'API_TOKEN', { revokedAt: [null, expect.any(String)] }],
    ]);
  });

  test('knows those who write past the API by their names in the database', async () => {
    await book.account('A', { arr: '30000' });
    await forget();
    await database.query(`UPDATE account SET name = 'By hand'`);
    const [entry] = await new SqlAuditReads(reader).page({}, ALL);
    expect(entry?.actorId).toMatch(/^database:\w+$/);
    expect(entry?.requestId).toBeNull();
  });

  test('forgets what was taken back', async () => {
    await expect(
      book.unitOfWork.run(stampOf(COMMAND_LINE, clock), async (stores) => {
        await stores.csms.savePools([{ externalId: 'west', name: 'West' }], stampOf(COMMAND_LINE, clock));
        throw new Error('taken back');
      }),
    ).rejects.toThrow('taken back');
    expect(await written()).toEqual([]);
  });
});
