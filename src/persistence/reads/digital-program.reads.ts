import {
  type DigitalProgramReads,
  type ProgramCount,
  type ProgramPeriodView,
} from '../../app/ports/digital-program';
import { type RequiredPrograms } from '../../domain/digital-program';
import { IN_THE_BOOK } from './book';
import { type DatabaseReader } from './database-reader';

const COUNTS = `
  WITH required AS (
    SELECT r.tier, p.program, r.position, p.place, r.programs
    FROM ROWS FROM (json_to_recordset($1::json) AS (tier text, programs text[])) WITH ORDINALITY
      AS r(tier, programs, position)
    CROSS JOIN LATERAL unnest(r.programs) WITH ORDINALITY AS p(program, place)
  ), served AS (
    SELECT a.id, a.effective_tier AS tier, coalesce(told.running, '{}') AS running
    FROM account a
    LEFT JOIN (
      SELECT account_id, array_agg(program) AS running FROM digital_program
      WHERE to_on IS NULL AND running GROUP BY account_id
    ) told ON told.account_id = a.id
    WHERE a.effective_tier IS NOT NULL AND ${IN_THE_BOOK}
  )
  SELECT required.tier, required.program, count(served.id)::int AS accounts,
    count(*) FILTER (WHERE CASE WHEN required.program IS NULL THEN required.programs <@ served.running
      ELSE required.program = ANY(served.running) END)::int AS running
  FROM (
    SELECT tier, program, position, place, programs FROM required
    UNION ALL SELECT DISTINCT tier, NULL, position, 0, programs FROM required
  ) required LEFT JOIN served ON served.tier = required.tier
  GROUP BY required.tier, required.program, required.position, required.place
  ORDER BY required.position, required.place`;

export class SqlDigitalProgramReads implements DigitalProgramReads {
  constructor(private readonly database: DatabaseReader) {}

  async periodsOf(accountIds: readonly string[], most: number): Promise<ProgramPeriodView[]> {
    return this.database.byKey<ProgramPeriodView>(
      `SELECT account_id::text AS "accountId", program, running, from_on AS "from", to_on AS "to",
         recorded_by AS "recordedBy", recorded_at AS "recordedAt"
       FROM (
         SELECT *, row_number() OVER (PARTITION BY account_id, program ORDER BY id DESC) AS place
         FROM digital_program WHERE account_id = ANY($1::bigint[])
       ) newest WHERE place <= $2 ORDER BY newest.id DESC`,
      [accountIds, most],
    );
  }

  async counts(required: readonly RequiredPrograms[]): Promise<ProgramCount[]> {
    return this.database.rows<ProgramCount>(COUNTS, [JSON.stringify(required)]);
  }

  async isAnythingKnown(): Promise<boolean> {
    const [row] = await this.database.rows<{ known: boolean }>(
      `SELECT EXISTS (SELECT FROM digital_program) AS known`,
    );
    return row?.known ?? false;
  }
}
