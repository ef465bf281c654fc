import { type EntityManager } from 'typeorm';
import { type AccountFilter } from '../../app/ports/account-filter';
import { type AssignmentPlanStore, type PlannedAccountRow } from '../../app/ports/assignment-plan';
import { type CalendarDate } from '../../domain/calendar';
import { compileAccountFilter } from '../reads/account-filter';
import { IN_THE_BOOK } from '../reads/book';
import { RELATIONSHIP_FACTS } from '../load-figures';
import { ACTIVE_ADJUSTMENT } from '../reads/capacity.reads';
import { Parameters } from '../reads/parameters';

// A CSM's terms, leaves and pools are only ever written together with a new version of the CSM.
const DIGEST = `
  SELECT encode(sha256(convert_to(concat_ws(E'\\n', $1::text, published.version, published.definition,
    (SELECT string_agg(a.id || ':' || a.version, ',' ORDER BY a.id) FROM account a),
    (SELECT string_agg(s.id || ':' || s.version, ',' ORDER BY s.id) FROM service_adjustment s WHERE s.status = 'ACTIVE'),
    (SELECT string_agg(o.id || ':' || coalesce(o.to_on::text, ''), ',' ORDER BY o.id) FROM portfolio_assignment o),
    (SELECT string_agg(c.id || ':' || c.version, ',' ORDER BY c.id) FROM csm c)), 'UTF8')), 'hex') AS digest
  FROM tiering_model published WHERE published.status = 'PUBLISHED'`;

export class SqlAssignmentPlanStore implements AssignmentPlanStore {
  constructor(private readonly manager: EntityManager) {}

  async accounts(where: AccountFilter | null): Promise<PlannedAccountRow[]> {
    const parameters = new Parameters();
    const isAsked = compileAccountFilter(where, parameters);
    return this.query<PlannedAccountRow>(
      `SELECT a.id::text AS id, a.external_id AS "externalId", a.effective_tier AS tier, a.language, a.region,
         a.industry, a.renewal_date::text AS "renewalDate", a.term_months AS "termMonths",
         a.customer_since::text AS "customerSince",
         ${RELATIONSHIP_FACTS} AS "relationshipFacts", adjusted.kind AS adjustment,
         CASE WHEN csm.id IS NOT NULL THEN jsonb_build_object('kind', 'CSM', 'externalId', csm.external_id)
           WHEN pool.id IS NOT NULL THEN jsonb_build_object('kind', 'POOL', 'externalId', pool.external_id) END AS owner,
         (SELECT lower(term)::text FROM (
            SELECT unnest(range_agg(daterange(same.from_on, same.to_on))) AS term FROM portfolio_assignment same
            WHERE same.account_id = a.id AND same.csm_id IS NOT DISTINCT FROM o.csm_id
              AND same.pool_id IS NOT DISTINCT FROM o.pool_id
          ) held WHERE upper_inf(term)) AS "ownedSince",
         o.executive_sponsor AS "executiveSponsor", coalesce(${isAsked}, false) AS "isAsked"
       FROM account a ${ACTIVE_ADJUSTMENT} LEFT JOIN portfolio_assignment o ON o.account_id = a.id AND o.to_on IS NULL
       LEFT JOIN csm ON csm.id = o.csm_id LEFT JOIN pool ON pool.id = o.pool_id
       WHERE ${IN_THE_BOOK} AND a.effective_tier IS NOT NULL
       ORDER BY a.id`,
      parameters.values,
    );
  }

  async csmIds(): Promise<string[]> {
    const rows = await this.query<{ id: string }>(`SELECT external_id AS id FROM csm ORDER BY csm.id`, []);
    return rows.map(({ id }) => id);
  }

  async digest(today: CalendarDate): Promise<string> {
    const [row] = await this.query<{ digest: string }>(DIGEST, [today]);
    if (row === undefined) throw new Error('a digest needs a published model');
    return row.digest;
  }

  private query<Row>(sql: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.manager.query(sql, [...parameters]);
  }
}
