import process from 'node:process';
import Fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';

/** A GraphQL server as one writes it by hand for speed: batched loaders, plain SQL in prepared statements, and jit. */
const keepText = (text) => text;
const parsers = {
  [pg.types.builtins.BOOL]: (text) => text === 't',
  [pg.types.builtins.INT4]: Number,
  [pg.types.builtins.FLOAT8]: Number,
  [pg.types.builtins.JSONB]: JSON.parse,
};
const types = { getTypeParser: (type) => parsers[type] ?? keepText };
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  options: '-c timezone=UTC -c datestyle=ISO -c jit=off -c max_parallel_workers_per_gather=0',
});
const rows = async (name, text, values) => (await pool.query({ name, text, values, types })).rows;

const schema = `
  type Owner { externalId: String! name: String! }
  type Criterion { key: String! fact: String points: Int! weight: String! contribution: String! missing: Boolean! }
  type Scorecard { total: String! completeness: Float! provisional: Boolean! criteria: [Criterion!]! }
  type PendingDowngrade { targetTier: String! detectedOn: String! graceUntil: String! reason: String! }
  type Entry {
    kind: String! cause: String! effectiveFrom: String effectiveTo: String occurredOn: String! actor: String!
  }
  type Movement { kind: String! arrFrom: String arrTo: String! effectiveOn: String! }
  type Account {
    externalId: String! name: String arr: String industry: String region: String country: String status: String
    healthScore: Int churnRisk: String customerSince: String renewalDate: String seatsPurchased: Int seatsUsed: Int
    tier: String heldTier: String computedTier: String
    csm: Owner
    pool: Owner
    scorecard: Scorecard
    pendingDowngrade: PendingDowngrade
    history(first: Int!): [Entry!]!
    movements(first: Int!): [Movement!]!
  }
  type TierLoad { tier: String! accounts: Int! load: Float! }
  type Capacity { load: Float! tiers: [TierLoad!]! }
  type Csm { externalId: String! name: String! capacity: Capacity! }
  type Override { status: String! expiresOn: String! }
  type Overridden { override: Override! account: Account! }
  type Query {
    account(externalId: String!): Account
    accounts(first: Int!, most: String!): [Account!]!
    csms(first: Int!, region: String!): [Csm!]!
  }
  type Mutation {
    overrideTier(externalId: String!, tier: String!, reason: String!, note: String!, expiresOn: String!): Overridden!
  }
`;

const ACCOUNT = `id::text AS id, external_id AS "externalId", name, arr, industry, region, country, status,
  health_score AS "healthScore", churn_risk AS "churnRisk", customer_since AS "customerSince",
  renewal_date AS "renewalDate", seats_purchased AS "seatsPurchased", seats_used AS "seatsUsed",
  effective_tier AS tier, held_tier AS "heldTier", computed_tier AS "computedTier", scorecard_id::text AS "scorecardId"`;
const decimal = (hundredths) => (hundredths / 100).toFixed(2);
const rounded = (value) => Math.round(value * 1e6) / 1e6;

const resolvers = {
  Query: {
    account: async (_, { externalId }) => {
      const [account] = await rows('account', `SELECT ${ACCOUNT} FROM account WHERE external_id = $1`, [
        externalId,
      ]);
      return account ?? null;
    },
    accounts: (_, { first, most }) =>
      rows(
        'accounts',
        `SELECT ${ACCOUNT} FROM account WHERE arr <= $1::numeric ORDER BY arr DESC NULLS LAST, account.id LIMIT $2`,
        [most, first],
      ),
    csms: (_, { first, region }) =>
      rows(
        'csms',
        `SELECT id::text AS id, external_id AS "externalId", name FROM csm WHERE $1 = ANY(regions)
         ORDER BY name, csm.id LIMIT $2`,
        [region, first],
      ),
  },
  Mutation: {
    overrideTier: async (_, { externalId, tier, reason, note, expiresOn }) => {
      const [done] = await rows(
        'override',
        `SELECT status, expires_on AS "expiresOn", held_tier AS "heldTier" FROM peer.override_tier($1, $2, $3, $4, $5)`,
        [externalId, tier, reason, note, expiresOn],
      );
      if (done.status === null) throw new Error('there is no such account, or it has no tier');
      return { override: done, account: { externalId, tier, heldTier: done.heldTier } };
    },
  },
};

const owners = (table) => async (queries) => {
  const ids = queries.map(({ obj }) => obj.id);
  const found = await rows(
    table,
    `SELECT p.account_id::text AS id, o.external_id AS "externalId", o.name FROM portfolio_assignment p
     JOIN ${table} o ON o.id = p.${table}_id WHERE p.account_id = ANY($1::bigint[]) AND p.to_on IS NULL`,
    [ids],
  );
  const byId = new Map(found.map((owner) => [owner.id, owner]));
  return ids.map((id) => byId.get(id) ?? null);
};

const lists = (name, select) => async (queries) => {
  const ids = queries.map(({ obj }) => obj.id);
  const found = await rows(name, select, [ids, queries[0].params.first]);
  const byId = new Map(ids.map((id) => [id, []]));
  for (const one of found) byId.get(one.id).push(one);
  return ids.map((id) => byId.get(id));
};

const loaders = {
  Account: {
    csm: owners('csm'),
    pool: owners('pool'),
    scorecard: async (queries) => {
      const found = await rows(
        'scorecards',
        `SELECT id::text AS id, total, completeness::float8 AS completeness, provisional, criteria FROM scorecard
         WHERE id = ANY($1::bigint[])`,
        [queries.map(({ obj }) => obj.scorecardId)],
      );
      for (const card of found) {
        for (const criterion of card.criteria) {
          criterion.weight = decimal(criterion.weight);
          criterion.contribution = decimal(criterion.contribution);
        }
      }
      const byId = new Map(found.map((card) => [card.id, card]));
      return queries.map(({ obj }) => byId.get(obj.scorecardId) ?? null);
    },
    pendingDowngrade: async (queries) => {
      const ids = queries.map(({ obj }) => obj.id);
      const found = await rows(
        'pending',
        `SELECT account_id::text AS id, target_tier AS "targetTier", detected_on AS "detectedOn",
           grace_until AS "graceUntil", reason FROM pending_downgrade WHERE account_id = ANY($1::bigint[])`,
        [ids],
      );
      const byId = new Map(found.map((one) => [one.id, one]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    history: lists(
      'history',
      `SELECT h.account_id::text AS id, h.kind, h.cause, h.effective_from AS "effectiveFrom",
         h.effective_to AS "effectiveTo", h.occurred_on AS "occurredOn", h.actor_name AS actor
       FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM tier_history WHERE account_id = wanted.id ORDER BY tier_history.id DESC LIMIT $2
       ) h ORDER BY h.id DESC`,
    ),
    movements: lists(
      'movements',
      `SELECT m.account_id::text AS id, m.kind, m.arr_from AS "arrFrom", m.arr_to AS "arrTo",
         m.effective_on AS "effectiveOn"
       FROM unnest($1::bigint[]) AS wanted(id)
       CROSS JOIN LATERAL (
         SELECT * FROM arr_movement WHERE account_id = wanted.id
         ORDER BY arr_movement.effective_on DESC, arr_movement.id DESC LIMIT $2
       ) m ORDER BY m.effective_on DESC, m.id DESC`,
    ),
  },
  Csm: {
    capacity: async (queries) => {
      const ids = queries.map(({ obj }) => obj.id);
      const found = await rows(
        'loads',
        `SELECT c.id::text AS id, l.tier, l.accounts, l.load FROM csm c CROSS JOIN LATERAL peer.csm_tier_loads(c) l
         WHERE c.id = ANY($1::bigint[])
         ORDER BY array_position((SELECT array(SELECT jsonb_path_query(definition, '$.tiers[*].key') #>> '{}')
           FROM tiering_model WHERE status = 'PUBLISHED'), l.tier)`,
        [ids],
      );
      const byId = new Map(ids.map((id) => [id, { load: 0, tiers: [] }]));
      for (const { id, tier, accounts, load } of found) {
        const capacity = byId.get(id);
        capacity.load += load;
        capacity.tiers.push({ tier, accounts, load: rounded(load) });
      }
      for (const capacity of byId.values()) capacity.load = rounded(capacity.load);
      return ids.map((id) => byId.get(id));
    },
  },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers, loaders, jit: 3, graphiql: false });
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.send({ url });
