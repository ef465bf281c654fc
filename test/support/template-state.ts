/** How a database is told to be as its template made it, and what makes its rows so again. */
export interface TemplateState {
  /** A hash of everything that was made in it, and of who may do what with it. */
  readonly shape: string;
  /** Gives every table the rows of the template again, and every sequence its next number. */
  readonly reset: string;
}

type Query = <Row>(sql: string) => Promise<Row[]>;

/** What PostgreSQL does not bring along has ids from here on. */
const FIRST_OWN_ID = 16_384;

// A row of a catalog gets another xmin by every change but those of VACUUM and ANALYZE, and a clone has the rows of
// its template. Temporary tables come and go with their sessions.
export const SHAPE = `
  WITH temporary AS (
    SELECT oid FROM pg_namespace WHERE nspname LIKE 'pg\\_temp\\_%' OR nspname LIKE 'pg\\_toast\\_temp\\_%'
  ), relation AS (
    SELECT oid, xmin FROM pg_class
    WHERE oid >= ${FIRST_OWN_ID} AND relnamespace NOT IN (SELECT oid FROM temporary)
  ), made AS (
    SELECT 'relation' AS what, oid, 0 AS part, xmin::text FROM relation
    UNION ALL SELECT 'column', attrelid, attnum, xmin::text FROM pg_attribute WHERE attrelid IN (SELECT oid FROM relation)
    UNION ALL SELECT 'default', oid, 0, xmin::text FROM pg_attrdef WHERE adrelid IN (SELECT oid FROM relation)
    UNION ALL SELECT 'index', indexrelid, 0, xmin::text FROM pg_index WHERE indexrelid IN (SELECT oid FROM relation)
    UNION ALL SELECT 'rule', oid, 0, xmin::text FROM pg_rewrite WHERE ev_class IN (SELECT oid FROM relation)
    UNION ALL SELECT 'trigger', oid, 0, xmin::text FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM relation)
    UNION ALL SELECT 'constraint', oid, 0, xmin::text FROM pg_constraint
      WHERE oid >= ${FIRST_OWN_ID} AND connamespace NOT IN (SELECT oid FROM temporary)
    UNION ALL SELECT 'function', oid, 0, xmin::text FROM pg_proc WHERE oid >= ${FIRST_OWN_ID}
    UNION ALL SELECT 'schema', oid, 0, xmin::text FROM pg_namespace WHERE oid NOT IN (SELECT oid FROM temporary)
    UNION ALL SELECT 'setting', setrole, 0, setconfig::text FROM pg_db_role_setting
      WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
  )
  SELECT md5(string_agg(concat_ws(' ', what, oid, part, xmin), ',' ORDER BY what, oid, part)) AS shape FROM made`;

/** The state of the database that is to be cloned. */
export async function readTemplateState(query: Query): Promise<TemplateState> {
  const [made] = await query<{ shape: string }>(SHAPE);
  const tables = await query<{ name: string; columns: string }>(`
    SELECT c.oid::regclass::text AS name, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns
    FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    WHERE relkind = 'r' AND c.oid >= ${FIRST_OWN_ID} GROUP BY c.oid ORDER BY 1`);
  // Nothing fires: neither what keeps rows from being deleted, nor what would note it.
  const reset = ['BEGIN', 'SET LOCAL session_replication_role = replica'];
  for (const { name, columns } of tables) {
    reset.push(`DELETE FROM ${name}`);
    const [kept] = await query<{ rows: string | null }>(
      `SELECT quote_literal(jsonb_agg(t)) AS rows FROM ${name} t`,
    );
    const rows = kept?.rows ?? null;
    if (rows === null) continue;
    reset.push(
      `INSERT INTO ${name} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${name}, ${rows})`,
    );
  }
  const sequences = await query<{ next: string }>(`
    SELECT format('SELECT setval(%L, %s, %L)', s.oid::regclass, coalesce(last_value, start_value), last_value IS NOT NULL) AS next
    FROM pg_sequences JOIN pg_class s ON s.oid = format('%I.%I', schemaname, sequencename)::regclass`);
  reset.push(...sequences.map(({ next }) => next), 'COMMIT');
  return { shape: made?.shape ?? '', reset: reset.join(';\n') };
}
