import { type EntityManager } from 'typeorm';
import { type Stamp } from '../../app/ports/clock';
import {
  type DigitalProgramStore,
  type KnownOfAccount,
  type ToldProgram,
} from '../../app/ports/digital-program';

const RECORDED = `json_to_recordset($1::json) AS r(account_id bigint, program text, running boolean, from_on date)`;

const END = `
  UPDATE digital_program SET to_on = r.from_on FROM ${RECORDED}
  WHERE digital_program.account_id = r.account_id AND digital_program.program = r.program
    AND digital_program.to_on IS NULL`;

const ADD = `
  INSERT INTO digital_program (account_id, program, running, from_on, recorded_by_id, recorded_by, recorded_at)
  SELECT account_id, program, running, from_on, $2, $3, $4 FROM ${RECORDED}`;

export class SqlDigitalProgramStore implements DigitalProgramStore {
  constructor(private readonly manager: EntityManager) {}

  async knownOf(accountIds: readonly string[]): Promise<KnownOfAccount[]> {
    return this.manager.query(
      `SELECT DISTINCT ON (account_id, program) account_id::text AS "accountId", program, running,
         from_on::text AS since, to_on::text AS until
       FROM digital_program WHERE account_id = ANY($1::bigint[]) ORDER BY account_id, program, id DESC`,
      [[...accountIds]],
    );
  }

  async save(states: readonly ToldProgram[], { actorId, actorName, now }: Stamp): Promise<void> {
    if (states.length === 0) return;
    const rows = JSON.stringify(
      states.map(({ accountId, program, running, since }) => ({
        account_id: accountId,
        program,
        running,
        from_on: since,
      })),
    );
    await this.manager.query(END, [rows]);
    await this.manager.query(ADD, [rows, actorId, actorName, now]);
  }
}
