import { type Client } from 'pg';
import { Dice } from '../../src/demo/dice';

export const QUESTIONS = [
  'account',
  'page',
  'csm-load',
  'override',
  'breakdown',
  'review-queue',
  'csm-day',
] as const;
/** What is asked of the contenders; the first four are those that all of them answer. */
export type Question = (typeof QUESTIONS)[number];

export const TITLES: Readonly<Record<Question, string>> = {
  account: 'one account with everything',
  page: 'page of 50, tier, CSM, scorecard, last 3 moves',
  'csm-load': '50 CSMs with their load',
  override: 'grant an override',
  breakdown: 'breakdown by tier',
  'review-queue': 'review queue',
  'csm-day': "a CSM's day",
};

export type Variables = Readonly<Record<string, string>>;

/** What the questions are asked about, in the order in which it is asked; overrides are each asked for once. */
export type Asked = Readonly<Record<Question, readonly Variables[]>>;

const MOST_VARIANTS = 400;
const REGIONS = ['Asia Pacific', 'Europe', 'Latin America', 'North America'];

/** Chooses what is asked about from the book; the same each time. */
export async function chooseAsked(client: Client): Promise<Asked> {
  const dice = new Dice('bench');
  const pick = async (sql: string, most = MOST_VARIANTS): Promise<string[]> => {
    const { rows } = await client.query<{ value: string }>(sql);
    return dice.shuffle(rows.map(({ value }) => value).slice(0, most));
  };
  const accounts = await pick(
    `SELECT external_id AS value FROM account WHERE effective_tier IS NOT NULL ORDER BY md5(external_id) LIMIT ${MOST_VARIANTS}`,
  );
  const amounts = await pick(
    `SELECT arr::text AS value FROM account WHERE effective_tier IS NOT NULL AND arr > 3000
     ORDER BY md5(external_id) LIMIT ${MOST_VARIANTS}`,
  );
  const csms = await pick(
    `SELECT external_id AS value FROM csm c WHERE EXISTS (
       SELECT FROM csm_employment e WHERE e.csm_id = c.id AND e.from_on <= current_date
         AND (e.to_on IS NULL OR e.to_on > current_date))
     ORDER BY external_id LIMIT ${MOST_VARIANTS}`,
  );
  const overridable = await client.query<{ value: string }>(
    `SELECT external_id AS value FROM account a
     WHERE effective_tier IN ('core', 'scale') AND override_tier IS NULL AND held_tier = effective_tier
       AND NOT EXISTS (SELECT FROM pending_downgrade p WHERE p.account_id = a.id)
       AND NOT EXISTS (SELECT FROM tier_override o WHERE o.account_id = a.id)
       AND NOT EXISTS (SELECT FROM service_adjustment s WHERE s.account_id = a.id)
     ORDER BY md5(external_id)`,
  );
  const { rows: days } = await client.query<{ today: string; later: string }>(
    `SELECT current_date::text AS today, (current_date + 120)::text AS later`,
  );
  const { today, later } = days[0] ?? { today: '', later: '' };
  return {
    account: accounts.map((externalId) => ({ externalId })),
    page: amounts.map((most) => ({ most })),
    'csm-load': REGIONS.map((region) => ({ region })),
    override: overridable.rows.map(({ value }) => ({
      externalId: value,
      tier: 'strategic',
      reason: 'OTHER',
      note: 'The launch partner of a product line',
      expiresOn: later,
    })),
    breakdown: [{}],
    'review-queue': [today, later].map((dueBy) => ({ dueBy })),
    'csm-day': csms.map((csm) => ({ csm })),
  };
}
