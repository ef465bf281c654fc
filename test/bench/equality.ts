import { type Client } from 'pg';
import { ask, type Contender } from './contender';
import { type Asked, type Question } from './question';
import { answers } from './rounds';

const MOST_ASKED = 12;

/** What speaks against a contender: it errs, or says or writes something else than the first one. */
export interface Objection {
  readonly contender: string;
  readonly question: Question;
  readonly why: string;
}

/** Compares what the contenders answer to the first few of what is asked; the first contender's word counts. */
export async function compareAnswers(
  contenders: readonly Contender[],
  questions: readonly Question[],
  asked: Asked,
): Promise<Objection[]> {
  const objections: Objection[] = [];
  const [first, ...others] = contenders;
  for (const question of questions.filter((one) => one !== 'override')) {
    for (const variables of asked[question].slice(0, MOST_ASKED)) {
      const expected = first === undefined ? null : await ask(first, question, variables);
      for (const contender of others.filter((one) => answers(one, question, asked))) {
        const why = await objectionTo(
          contender,
          question,
          () => ask(contender, question, variables),
          expected,
        );
        if (why !== null && !objections.some((one) => isAlike(one, why))) objections.push(why);
      }
    }
  }
  return objections;
}

function isAlike(one: Objection, other: Objection): boolean {
  return one.contender === other.contender && one.question === other.question;
}

/** Lets each contender grant an override of an account that is like those of the others, and compares what was written. */
export async function compareWrites(
  client: Client,
  contenders: readonly Contender[],
  asked: Asked,
): Promise<Objection[]> {
  const objections: Objection[] = [];
  let expected: unknown = null;
  const alike = await accountsAlike(client, contenders.length);
  for (const [index, contender] of contenders.entries()) {
    const externalId = alike[index];
    if (externalId === undefined) throw new Error('the book has too few copies of one account');
    const variables = { ...asked.override[0], externalId };
    const grant = async (): Promise<unknown> => {
      const answer = await ask(contender, 'override', variables);
      return { answer, written: await writtenTo(client, variables.externalId) };
    };
    if (index === 0) expected = withoutNames(await grant());
    else {
      const why = await objectionTo(contender, 'override', async () => withoutNames(await grant()), expected);
      if (why !== null) objections.push(why);
    }
  }
  return objections;
}

async function objectionTo(
  contender: Contender,
  question: Question,
  answer: () => Promise<unknown>,
  expected: unknown,
): Promise<Objection | null> {
  const found = (why: string): Objection => ({ contender: contender.name, question, why });
  try {
    const given = await answer();
    return isSame(given, expected) ? null : found(difference(expected, given, ''));
  } catch (error) {
    return found(error instanceof Error ? error.message : String(error));
  }
}

/** Sums of fractions may come out another way in the last of the six places that are shown. */
const TOLERANCE = 1.5e-6;

/** Whether both say the same, in whatever order their fields come. */
export function isSame(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number') return Math.abs(one - other) <= TOLERANCE;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return one === other;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isSame(Reflect.get(one, key), Reflect.get(other, key)));
}

/** Where two answers first differ. */
function difference(expected: unknown, given: unknown, path: string): string {
  const areObjects =
    typeof expected === 'object' && typeof given === 'object' && expected !== null && given !== null;
  if (areObjects) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(given)])) {
      const one: unknown = Reflect.get(expected, key);
      const other: unknown = Reflect.get(given, key);
      if (!isSame(one, other)) return difference(one, other, `${path}.${key}`);
    }
  }
  return `${path || 'the answer'} is ${short(given)} and not ${short(expected)}`;
}

function short(value: unknown): string {
  return (value === undefined ? 'absent' : JSON.stringify(value)).slice(0, 120);
}

/** Copies of one account that nobody has overridden; they differ in their names alone. */
async function accountsAlike(client: Client, count: number): Promise<string[]> {
  const { rows } = await client.query<{ names: string[] }>(
    `SELECT array_agg(external_id ORDER BY id) AS names FROM account a
     WHERE effective_tier = 'core' AND held_tier = 'core' AND override_tier IS NULL AND external_id ~ '^ACC-\\d+-\\d+$'
       AND NOT EXISTS (SELECT FROM tier_override o WHERE o.account_id = a.id)
       AND NOT EXISTS (SELECT FROM pending_downgrade p WHERE p.account_id = a.id)
     GROUP BY split_part(external_id, '-', 2) HAVING count(*) >= $1
     ORDER BY split_part(external_id, '-', 2) DESC LIMIT 1`,
    [count],
  );
  return rows[0]?.names ?? [];
}

/** Every row that an override leaves, less ids, moments, who did it, and the quiet days that Tierbook alone finds. */
async function writtenTo(client: Client, externalId: string): Promise<unknown> {
  const left = `'{id,account_id,scorecard_id,subject_id,updated_at,requested_at,requested_by,requested_by_id,actor_id,
    actor_name,actor,occurred_at,request_id,transaction,recorded_at,parent_id,csm_id,pool_id,review_baseline,
    quiet_from,quiet_until,quiet_rules,quiet_version}'::text[]`;
  const newest = (table: string): string =>
    `(SELECT to_jsonb(t) - ${left} FROM ${table} t WHERE t.account_id = a.id ORDER BY t.id DESC LIMIT 1)`;
  const { rows } = await client.query<Record<string, unknown>>(
    `SELECT to_jsonb(a) - ${left} AS account, ${newest('tier_override')} AS override,
       ${newest('tier_history')} AS history,
       (SELECT count(*)::int FROM tier_history t WHERE t.account_id = a.id AND cause = 'OVERRIDE') AS entries,
       (SELECT to_jsonb(e) - ${left} FROM account_engagement e WHERE e.account_id = a.id) AS engagement,
       (SELECT jsonb_agg(to_jsonb(e) - ${left} || jsonb_build_object('data', e.data - 'requestedBy') ORDER BY e.type)
        FROM event e WHERE e.account_id = a.id) AS events,
       (SELECT jsonb_agg(jsonb_build_object('subject', e.subject, 'action', e.action,
          'after', e.after - ${left}) ORDER BY e.subject)
        FROM audit_entry e WHERE e.account_id = a.id) AS audit
     FROM account a WHERE a.external_id = $1`,
    [externalId],
  );
  return rows[0];
}

/** Copies differ in their names. */
function withoutNames(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replace(/(ACC-\d+)-\d+/g, '$1')
      .replace(/"name":"[^"]*"/g, '"name":""'),
  );
}
