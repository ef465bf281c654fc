import { type Clock } from '../../app/ports/clock';
import { type ModelReads, type Window } from '../../app/ports/reads';
import {
  type MeasurableGoal,
  type SegmentFilter,
  type SegmentGoalView,
  type SegmentReads,
  type SegmentSize,
  type SegmentView,
} from '../../app/ports/segments';
import { segmentNameKey } from '../../domain/segment-criterion';
import { type DatabaseReader } from './database-reader';
import { keyset, type SortKey } from './keyset';
import { Parameters } from './parameters';
import { segmentSql } from './segment-condition';
import { readGoalActuals } from './segment-goal.reads';

const COLUMNS = `s.id::text AS id, s.name, s.description, s.criteria, s.owner_name AS owner,
  s.recorded_on AS "recordedOn", s.version, s.created_at AS "createdAt", s.updated_at AS "updatedAt",
  jsonb_build_array(s.name_key, s.id::text) AS cursor`;

const BY_NAME: readonly SortKey[] = [
  { expression: 's.name_key', type: 'text', descending: false },
  { expression: 's.id', type: 'bigint', descending: false },
];

export class SqlSegmentReads implements SegmentReads {
  constructor(
    private readonly database: DatabaseReader,
    private readonly models: ModelReads,
    private readonly clock: Clock,
  ) {}

  async page(where: SegmentFilter, window: Window): Promise<SegmentView[]> {
    const parameters = new Parameters();
    const { orderBy, condition } = keyset(BY_NAME, window, (value) => parameters.bind(value));
    return this.database.rows<SegmentView>(
      `SELECT ${COLUMNS} FROM segment s WHERE ${compile(where, parameters)} AND ${condition}
       ORDER BY ${orderBy} LIMIT ${parameters.bind(window.size + 1)}::int`,
      parameters.values,
    );
  }

  async count(where: SegmentFilter): Promise<number> {
    const parameters = new Parameters();
    const [row] = await this.database.rows<{ count: number }>(
      `SELECT count(*)::int AS count FROM segment s WHERE ${compile(where, parameters)}`,
      parameters.values,
    );
    return row?.count ?? 0;
  }

  async byIds(ids: readonly string[]): Promise<SegmentView[]> {
    return this.database.byKey<SegmentView>(
      `SELECT ${COLUMNS} FROM segment s WHERE s.id = ANY($1::bigint[])`,
      [ids],
    );
  }

  async byName(name: string): Promise<SegmentView | null> {
    const parameters = new Parameters();
    const key = parameters.bind(segmentNameKey(name));
    const [row] = await this.database.rows<SegmentView>(
      `SELECT ${COLUMNS} FROM segment s WHERE s.name_key = ${key}::text`,
      parameters.values,
    );
    return row ?? null;
  }

  async sizes(segments: readonly Pick<SegmentView, 'criteria'>[]): Promise<SegmentSize[]> {
    if (segments.length === 0) return [];
    const parameters = new Parameters();
    const context = { model: await this.models.published(), day: this.clock.today(), parameters };
    const conditions = segments.map(({ criteria }) => segmentSql(criteria, context, false));
    const each = (expression: string): string =>
      conditions.map((condition) => `${expression} FILTER (WHERE ${condition})`).join(', ');
    // One look at the book counts for all of them.
    const [row] = await this.database.rows<{ counts: string[]; sums: (string | null)[] }>(
      `SELECT ARRAY[${each('count(*)')}] AS counts, ARRAY[${each('sum(a.arr)')}] AS sums FROM account a`,
      parameters.values,
      { unnamed: true },
    );
    return segments.map((_, index) => ({
      memberCount: Number(row?.counts[index] ?? 0),
      arr: row?.sums[index] ?? '0.00',
    }));
  }

  async goalsOf(segmentIds: readonly string[]): Promise<SegmentGoalView[]> {
    return this.database.byKey<SegmentGoalView>(
      `SELECT segment_id::text AS "segmentId", metric, target::float8 AS target, from_on AS "from", to_on AS "to"
       FROM segment_goal WHERE segment_id = ANY($1::bigint[]) ORDER BY from_on, to_on, metric`,
      [segmentIds],
    );
  }

  async actuals(goals: readonly MeasurableGoal[]): Promise<(number | null)[]> {
    return readGoalActuals(this.database, goals, await this.models.published(), this.clock.today());
  }
}

function compile({ nameContains, ownerId }: SegmentFilter, parameters: Parameters): string {
  const conditions = ['true'];
  if (typeof nameContains === 'string') {
    const pattern = `%${segmentNameKey(nameContains).replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(`s.name_key LIKE ${parameters.bind(pattern)}::text`);
  }
  if (typeof ownerId === 'string') conditions.push(`s.owner_id = ${parameters.bind(ownerId)}::text`);
  return conditions.join(' AND ');
}
