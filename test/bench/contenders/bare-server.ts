import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Pool, type QueryResultRow, types } from 'pg';
import { completeModel, type StoredModel } from '../../../src/domain/defaults';
import { type TieringModel } from '../../../src/domain/tiering-model';
import { programsJson } from '../../../src/persistence/reads/due-touch';
import * as SQL from './bare-sql';

const CONNECTIONS = 10;

type Row = Record<string, string | number | boolean | null>;
interface Criterion {
  readonly key: string;
  readonly fact: unknown;
  readonly points: number;
  readonly weight: number;
  readonly contribution: number;
  readonly missing: boolean;
}
interface Card extends Row {
  readonly criteria: never;
}

const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.BOOL]: (text) => text === 't',
  [types.builtins.INT4]: Number,
  [types.builtins.FLOAT8]: Number,
  [types.builtins.JSONB]: (text) => JSON.parse(text) as unknown,
};
const TYPES = { getTypeParser: (type: number) => PARSERS[type] ?? ((text: string) => text) };

interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * The least that answers the questions: node:http, pg and the SQL, in named prepared statements that are planned
 * once, all that belongs to one answer sent together, and values passed on as PostgreSQL writes them. It knows nobody
 * and refuses nobody.
 */
export class BareServer {
  private constructor(
    readonly server: Server,
    private readonly pool: Pool,
  ) {}

  static async open(databaseUrl: string): Promise<BareServer> {
    const pool = new Pool({
      connectionString: databaseUrl,
      max: CONNECTIONS,
      pipeline: true,
      options:
        '-c timezone=UTC -c datestyle=ISO -c jit=off -c max_parallel_workers_per_gather=0 -c work_mem=32MB -c plan_cache_mode=force_generic_plan',
    });
    const { rows } = await pool.query<{ definition: StoredModel }>(
      `SELECT definition FROM tiering_model WHERE status = 'PUBLISHED'`,
    );
    const [published] = rows;
    if (published === undefined) throw new Error('no model is published');
    const answers = new Answers(pool, completeModel(published.definition));
    const server = createServer((request, response) => {
      bodyOf(request)
        .then((body) => answers.to(request.url ?? '', body))
        .then(
          (answer) => {
            const text = JSON.stringify(answer);
            response.writeHead(200, {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            });
            response.end(text);
          },
          (error: unknown) => {
            response.writeHead(500, { 'content-type': 'text/plain' });
            response.end(String(error));
          },
        );
    });
    return new BareServer(server, pool);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.pool.end();
  }
}

class Answers {
  private readonly ladder: readonly string[];
  private readonly programs: string;
  private readonly plainLoads: string;
  private readonly adjustments: string;

  constructor(
    private readonly pool: Pool,
    private readonly model: TieringModel,
  ) {
    this.ladder = model.tiers.map(({ key }) => key);
    this.programs = programsJson(model);
    this.plainLoads = JSON.stringify(
      Object.fromEntries(
        this.ladder.flatMap((key) => {
          const most = model.programs[key]?.accountsPerCsm?.to;
          return most === undefined ? [] : [[key, 1 / most]];
        }),
      ),
    );
    this.adjustments = JSON.stringify(model.adjustments.factors);
  }

  async to(url: string, body: string): Promise<unknown> {
    const at = url.indexOf('/', 1);
    const argument = at < 0 ? '' : decodeURIComponent(url.slice(at + 1));
    switch (at < 0 ? url : url.slice(0, at)) {
      case '/account':
        return this.account(argument);
      case '/page':
        return this.page(argument);
      case '/csm-load':
        return this.csmLoad(argument);
      case '/override':
        return this.override(JSON.parse(body) as Record<string, string>);
      case '/breakdown':
        return this.breakdown();
      case '/review-queue':
        return this.reviewQueue(argument);
      case '/csm-day':
        return this.csmDay(argument);
      default:
        throw new Error('there is no such question');
    }
  }

  private async account(externalId: string): Promise<unknown> {
    const [a] = await this.rows<Row>('account', SQL.ACCOUNT, [externalId]);
    if (a === undefined) return null;
    const ids = [a.id];
    const [cards = [], pending = [], history = [], movements = []] = await this.together<Row>([
      { name: 'cards', text: SQL.SCORECARDS, values: [[a.scorecard_id]] },
      { name: 'pending', text: SQL.PENDING_DOWNGRADES, values: [ids] },
      { name: 'history', text: SQL.HISTORY, values: [ids, 5] },
      { name: 'movements', text: SQL.MOVEMENTS, values: [ids, 5] },
    ]);
    const [card] = cards as Card[];
    const [waiting] = pending;
    return {
      externalId: a.external_id,
      name: a.name,
      arr: a.arr,
      industry: a.industry,
      region: a.region,
      country: a.country,
      status: a.status,
      healthScore: a.health_score,
      churnRisk: a.churn_risk,
      customerSince: a.customer_since,
      renewalDate: a.renewal_date,
      seatsPurchased: a.seats_purchased,
      seatsUsed: a.seats_used,
      tier: a.effective_tier,
      heldTier: a.held_tier,
      computedTier: a.computed_tier,
      csm: a.csm_id === null ? null : { externalId: a.csm_id, name: a.csm_name },
      pool: a.pool_id === null ? null : { externalId: a.pool_id, name: a.pool_name },
      scorecard:
        card === undefined
          ? null
          : {
              total: card.total,
              completeness: Number(card.completeness),
              provisional: card.provisional,
              criteria: criteriaOf(card).map(({ key, fact, points, weight, contribution, missing }) => ({
                key,
                fact,
                points,
                weight: decimal(weight),
                contribution: decimal(contribution),
                missing,
              })),
            },
      pendingDowngrade:
        waiting === undefined
          ? null
          : {
              targetTier: waiting.target_tier,
              detectedOn: waiting.detected_on,
              graceUntil: waiting.grace_until,
              reason: waiting.reason,
            },
      history: history.map((h) => ({
        kind: h.kind,
        cause: h.cause,
        effectiveFrom: h.effective_from,
        effectiveTo: h.effective_to,
        occurredOn: h.occurred_on,
        actor: h.actor_name,
      })),
      movements: movements.map((m) => ({
        kind: m.kind,
        arrFrom: m.arr_from,
        arrTo: m.arr_to,
        effectiveOn: m.effective_on,
      })),
    };
  }

  private async page(most: string): Promise<unknown> {
    const accounts = await this.rows<Row>('page', SQL.PAGE, [most]);
    const [cards = [], history = []] = await this.together<Row>([
      { name: 'cards', text: SQL.SCORECARDS, values: [accounts.map((a) => a.scorecard_id)] },
      { name: 'history', text: SQL.HISTORY, values: [accounts.map(({ id }) => id), 3] },
    ]);
    const cardById = new Map((cards as Card[]).map((card) => [card.id, card]));
    const historyOf = new Map(accounts.map(({ id }) => [id, [] as unknown[]]));
    for (const h of history) {
      historyOf.get(h.account_id ?? '')?.push({
        kind: h.kind,
        effectiveFrom: h.effective_from,
        effectiveTo: h.effective_to,
        occurredOn: h.occurred_on,
      });
    }
    return accounts.map((a) => {
      const card = cardById.get(a.scorecard_id ?? '');
      return {
        externalId: a.external_id,
        name: a.name,
        arr: a.arr,
        tier: a.effective_tier,
        csm: a.csm_id === null ? null : { externalId: a.csm_id, name: a.csm_name },
        scorecard:
          card === undefined
            ? null
            : {
                total: card.total,
                criteria: criteriaOf(card).map(({ key, points, weight, contribution }) => ({
                  key,
                  points,
                  weight: decimal(weight),
                  contribution: decimal(contribution),
                })),
              },
        history: historyOf.get(a.id ?? ''),
      };
    });
  }

  private async csmLoad(region: string): Promise<unknown> {
    const rows = await this.rows<{
      external_id: string;
      name: string;
      tier: string | null;
      accounts: number;
      load: number;
    }>('csm-load', SQL.CSM_LOADS, [
      region,
      this.plainLoads,
      this.adjustments,
      this.model.capacity.relationshipFactor,
      this.ladder,
    ]);
    const csms: { externalId: string; name: string; load: number; tiers: unknown[] }[] = [];
    for (const { external_id: externalId, name, tier, accounts, load } of rows) {
      let csm = csms.at(-1);
      if (csm?.externalId !== externalId) csms.push((csm = { externalId, name, load: 0, tiers: [] }));
      if (tier === null) continue;
      csm.load += load;
      csm.tiers.push({ tier, accounts, load: rounded(load) });
    }
    return csms.map(({ externalId, name, load, tiers }) => ({
      externalId,
      name,
      capacity: { load: rounded(load), tiers },
    }));
  }

  private async override({ externalId, tier, reason, note, expiresOn }: Record<string, string>) {
    const months = this.model.tiers.find(({ key }) => key === tier)?.reviewCadenceMonths;
    if (months === undefined) throw new Error('there is no such tier');
    const now = new Date().toISOString();
    const today = now.slice(0, 10);
    const actor = { actorId: 'bare', actorName: 'Bare' };
    const [done] = await this.rows<Row>('override', SQL.OVERRIDE, [
      externalId,
      tier,
      reason,
      note,
      expiresOn,
      JSON.stringify({ ...actor, at: now, today, requestId: now }),
      actor.actorId,
      actor.actorName,
      now,
      today,
      this.model.version,
      months,
    ]);
    if (done === undefined) throw new Error('there is no such account, or it has no tier');
    return {
      override: { status: done.status, expiresOn: done.expires_on },
      account: { externalId: done.external_id, tier, heldTier: done.held_tier },
    };
  }

  private async breakdown(): Promise<unknown> {
    const rows = await this.rows<Row>('breakdown', SQL.BREAKDOWN, []);
    return rows.map(({ tier, accounts, arr }) => ({ keys: [tier], accounts, arr }));
  }

  private async reviewQueue(dueBy: string): Promise<unknown> {
    const rows = await this.rows<Row>('reviews', SQL.REVIEW_QUEUE, [this.ladder, dueBy]);
    return rows.map((row) => ({
      account: { externalId: row.external_id, name: row.name, arr: row.arr, tier: row.effective_tier },
      dueOn: row.review_due_on,
      daysOverdue: row.days_overdue,
      escalatedOn: row.review_escalated_on,
      triggers: (row.review_triggers as unknown as { code: string; on: string }[]).map(({ code, on }) => ({
        code,
        on,
      })),
    }));
  }

  private async csmDay(csm: string): Promise<unknown> {
    const today = new Date().toISOString().slice(0, 10);
    const rows = await this.rows<Row>('day', SQL.CSM_DAY, [this.programs, today, csm]);
    return rows.map((row) => ({
      kind: row.kind,
      dueFrom: row.due_from,
      dueOn: row.due_on,
      overdueDays: row.overdue_days,
      lastOn: row.last_on,
      tier: row.effective_tier,
      account: { externalId: row.external_id, name: row.name, arr: row.arr },
    }));
  }

  /** On one connection and in one message. */
  private async together<R>(statements: readonly Statement[]): Promise<R[][]> {
    const client = await this.pool.connect();
    const { stream } = client.connection;
    try {
      stream.cork();
      const asked = Promise.all(
        statements.map((statement) => client.query<R & QueryResultRow>({ ...statement, types: TYPES })),
      );
      stream.uncork();
      return (await asked).map(({ rows }) => rows);
    } finally {
      client.release();
    }
  }

  private async rows<R>(name: string, text: string, values: unknown[]): Promise<R[]> {
    const { rows } = await this.pool.query<R & QueryResultRow>({ name, text, values, types: TYPES });
    return rows;
  }
}

function criteriaOf(card: Card): readonly Criterion[] {
  return card.criteria;
}

/** Hundredths as a decimal. */
function decimal(hundredths: number): string {
  return (hundredths / 100).toFixed(2);
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

function bodyOf(request: IncomingMessage): Promise<string> {
  if (request.method === 'GET') return Promise.resolve('');
  return new Promise((resolve, reject) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      resolve(body);
    });
    request.on('error', reject);
  });
}
