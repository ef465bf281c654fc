import { fixedClock } from '../support/clock';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { LivingBook } from '../support/living-book';

describe('what the database itself keeps from changing', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await new LivingBook(database, fixedClock('2026-03-02')).account('A', { arr: '30000' });
  });
  afterAll(async () => {
    await database.drop();
  });

  test.each([
    [
      'updates of the tier history',
      `UPDATE tier_history SET kind = 'UPGRADE'`,
      'the tier history only grows',
    ],
    ['deletes from the tier history', `DELETE FROM tier_history`, 'the tier history only grows'],
    ['truncation of the tier history', `TRUNCATE tier_history`, 'the tier history only grows'],
    ['updates of the audit', `UPDATE audit_entry SET actor_id = 'nobody'`, 'the audit only grows'],
    ['deletes from the audit', `DELETE FROM audit_entry`, 'the audit only grows'],
    ['truncation of the audit', `TRUNCATE audit_entry`, 'the audit only grows'],
    ['truncation of the accounts with it', `TRUNCATE account CASCADE`, 'the tier history only grows'],
    [
      'another definition of a published model',
      `UPDATE tiering_model SET definition = '{}'`,
      'a published tiering model never changes',
    ],
    ['the end of a published model', `DELETE FROM tiering_model`, 'a published tiering model never changes'],
    [
      'a second published model',
      `INSERT INTO tiering_model (version, status, definition) VALUES (2, 'PUBLISHED', '{}')`,
      'uq_tiering_model_published',
    ],
    [
      'an account that is its own parent',
      `UPDATE account SET parent_id = id`,
      'ck_account_not_its_own_parent',
    ],
    ['a negative ARR', `UPDATE account SET arr = -1`, 'ck_account_arr'],
    [
      'a tier of a churned account',
      `UPDATE account SET status = 'CHURNED'`,
      'ck_account_churned_holds_no_tier',
    ],
  ])('%s fail', async (_title, sql, message) => {
    await expect(database.query(sql)).rejects.toThrow(message);
    expect(await database.query('SELECT count(*)::int AS rows FROM tier_history')).toEqual([{ rows: 1 }]);
  });
});
