import { type Actor, type Role } from '../../src/app/actor';
import { CsmService } from '../../src/app/csm.service';
import { ModelDraftService } from '../../src/app/model-draft.service';
import { OverrideService } from '../../src/app/override.service';
import { PortfolioService } from '../../src/app/portfolio.service';
import { PublicationService } from '../../src/app/publication.service';
import { SegmentService } from '../../src/app/segment.service';
import { ServiceAdjustmentService } from '../../src/app/service-adjustment.service';
import { type CompletedItem, TierReviewService } from '../../src/app/tier-review.service';
import { addDays } from '../../src/domain/calendar';
import { DomainError } from '../../src/domain/errors';
import { OVERRIDE_REASONS } from '../../src/domain/override';
import { type Threshold } from '../../src/domain/tier';
import { money } from './facts';
import { type Deed, DEEDS, type Dice, LEAP_DAY, type TwoYearLife } from './two-year-life';

const MANAGER = actor('MANAGER', 'mia', null);
const OTHER_MANAGER = actor('MANAGER', 'max', null);
const ADMIN = actor('ADMIN', 'ada', null);
const CSM = 'csm-cleo';

/** The days on which a model is published: one draws other lines, the other drops the lowest tier. */
const OTHER_LINES_ON = 211;
const FEWER_TIERS_ON = 487;
const LONGEST_OVERRIDE = 365;

interface Counted {
  readonly done: Map<string, number>;
}

/** Everything that people may do in two years, beside what the first deeds are. */
export function everyDeed(counted: Counted): readonly Deed[] {
  const count =
    (name: string, happen: (life: TwoYearLife) => Promise<number>) =>
    async (life: TwoYearLife): Promise<void> => {
      counted.done.set(name, (counted.done.get(name) ?? 0) + (await happen(life)));
    };
  const deeds: Readonly<Record<string, (life: TwoYearLife) => Promise<number>>> = {
    'a team begins': begin,
    'overrides are requested': requestOverrides,
    'requests are decided': decideRequests,
    'overrides are granted': grantOverrides,
    'overrides are revoked': revokeOverrides,
    'reviews are completed': completeReviews,
    'proposals are accepted or dismissed': decideProposals,
    'models are published': publishModels,
  };
  return [
    ...DEEDS,
    ...Object.entries(deeds).map(([name, happen]) => ({ name, happen: count(name, happen) })),
  ];
}

function actor(role: Role, id: string, csmId: string | null): Actor {
  return { kind: 'TOKEN', id: `token:${id}`, name: id, role, csmId };
}

/** The CSM Cleo, by whom requests are made. */
async function cleo(life: TwoYearLife): Promise<Actor> {
  const [row] = await life.book.database.query<{ id: string }>(
    `SELECT id::text FROM csm WHERE external_id = $1`,
    [CSM],
  );
  return actor('CSM', CSM, row?.id ?? null);
}

/** Does it, unless the rules refuse it, which is as good an answer; gives how many things were done. */
async function unlessRefused(work: () => Promise<unknown>): Promise<number> {
  try {
    await work();
    return 1;
  } catch (error) {
    if (error instanceof DomainError) return 0;
    throw error;
  }
}

async function begin(life: TwoYearLife): Promise<number> {
  if (life.dayNumber !== 0) return 0;
  const { book } = life;
  await new CsmService(book.unitOfWork, book.clock).upsertCsms(MANAGER, [
    { externalId: CSM, values: { name: 'Cleo' } },
  ]);
  await new SegmentService(book.unitOfWork, book.clock).create(MANAGER, {
    name: 'Risky and large',
    description: null,
    criteria: [
      { dimension: 'TIER', values: ['strategic', 'core'], includeUnknown: false },
      { dimension: 'CHURN_RISK', values: ['HIGH'], includeUnknown: false },
    ],
  });
  const results = await new PortfolioService(book.unitOfWork, book.clock).assignAccounts(
    MANAGER,
    life.companies
      .slice(0, 120)
      .map(({ externalId }) => ({ account: { externalId }, csm: CSM, executiveSponsor: 'The CEO' })),
  );
  return results.filter(({ outcome }) => outcome === 'ASSIGNED').length;
}

async function tierOf(life: TwoYearLife): Promise<string> {
  const rows = await life.book.database.query<{ keys: string[] }>(
    `SELECT ARRAY(SELECT t ->> 'key' FROM jsonb_array_elements(definition -> 'tiers') t) AS keys
     FROM tiering_model WHERE status = 'PUBLISHED'`,
  );
  return life.dice.of(rows[0]?.keys ?? []) ?? '';
}

async function terms(life: TwoYearLife): Promise<Parameters<OverrideService['overrideTier']>[1] | null> {
  const { dice, today } = life;
  const company = dice.of(life.companies);
  if (company === undefined) return null;
  const endsOnLeapDay = today < LEAP_DAY && today >= addDays(LEAP_DAY, -60);
  return {
    account: { externalId: company.externalId },
    tier: await tierOf(life),
    reason: dice.of(OVERRIDE_REASONS) ?? 'OTHER',
    note: 'The sponsor asks for it',
    expiresOn: endsOnLeapDay ? LEAP_DAY : addDays(today, dice.whole(1, LONGEST_OVERRIDE)),
    supersede: dice.chance(0.3),
  };
}

function overrides({ book }: TwoYearLife): OverrideService {
  return new OverrideService(book.unitOfWork, book.clock);
}

async function requestOverrides(life: TwoYearLife): Promise<number> {
  if (!life.dice.chance(0.5)) return 0;
  const wanted = await terms(life);
  const asks = await cleo(life);
  return wanted === null ? 0 : unlessRefused(() => overrides(life).overrideTier(asks, wanted));
}

async function decideRequests(life: TwoYearLife): Promise<number> {
  const requests = await life.book.database.query<{ id: string }>(
    `SELECT id::text FROM tier_override WHERE status = 'REQUESTED' ORDER BY tier_override.id`,
  );
  let decided = 0;
  for (const { id } of requests) {
    if (!life.dice.chance(0.3)) continue;
    const approve = life.dice.chance(0.6);
    const decision = { approve, note: 'Decided in the round', supersede: true };
    const asks = await cleo(life);
    decided += await unlessRefused(() =>
      life.dice.chance(0.1)
        ? overrides(life).withdrawOverride(asks, id, null)
        : overrides(life).decideOverride(OTHER_MANAGER, id, decision),
    );
  }
  return decided;
}

async function grantOverrides(life: TwoYearLife): Promise<number> {
  if (!life.dice.chance(0.25)) return 0;
  const wanted = await terms(life);
  return wanted === null ? 0 : unlessRefused(() => overrides(life).overrideTier(MANAGER, wanted));
}

async function revokeOverrides(life: TwoYearLife): Promise<number> {
  if (!life.dice.chance(0.1)) return 0;
  const active = await life.book.database.query<{ id: string }>(
    `SELECT id::text FROM tier_override WHERE status = 'ACTIVE' ORDER BY tier_override.id`,
  );
  const one = life.dice.of(active);
  if (one === undefined) return 0;
  const ending = { note: 'It was not needed', dataError: life.dice.chance(0.4) };
  return unlessRefused(() => overrides(life).revokeOverride(MANAGER, one.id, ending));
}

async function completeReviews(life: TwoYearLife): Promise<number> {
  const { book, dice, today } = life;
  const due = await book.database.query<{ name: string; pending: boolean; overridden: boolean }>(
    `SELECT external_id AS name, p.account_id IS NOT NULL AS pending, a.override_tier IS NOT NULL AS overridden
     FROM account a LEFT JOIN pending_downgrade p ON p.account_id = a.id
     WHERE review_due_on <= $1 ORDER BY review_due_on, a.id LIMIT 4`,
    [today],
  );
  if (due.length === 0) return 0;
  const items = due.map(({ name, pending, overridden }): CompletedItem => {
    const decision = decisionOn(dice, pending, overridden);
    return { key: { externalId: name }, decision, note: 'Looked at it together' };
  });
  const service = new TierReviewService(book.unitOfWork, book.clock);
  const results = await service.completeTierReviews(MANAGER, items);
  return results.filter(({ reviewId }) => reviewId !== null).length;
}

function decisionOn(dice: Dice, pending: boolean, overridden: boolean): CompletedItem['decision'] {
  if (pending) return dice.of(['LET_FALL', 'EXTEND_GRACE', 'KEEP'] as const) ?? 'KEEP';
  return overridden && dice.chance(0.5) ? 'END_OVERRIDE' : 'KEEP';
}

async function decideProposals(life: TwoYearLife): Promise<number> {
  const { book, dice, today } = life;
  if (!dice.chance(0.3)) return 0;
  const proposals = await book.database.query<{ id: string }>(
    `SELECT id::text FROM service_adjustment WHERE status = 'PROPOSED' ORDER BY service_adjustment.id`,
  );
  const one = dice.of(proposals);
  if (one === undefined) return 0;
  const service = new ServiceAdjustmentService(book.unitOfWork, book.clock);
  const until = addDays(today, dice.whole(1, 180));
  return unlessRefused(() =>
    dice.chance(0.6)
      ? service.accept(MANAGER, one.id, { until, note: null })
      : service.dismiss(MANAGER, one.id, 'Not now'),
  );
}

function from(amount: string): Threshold {
  return { amount: money(amount), topPercent: null };
}

async function publishModels(life: TwoYearLife): Promise<number> {
  const { book, dayNumber } = life;
  if (dayNumber !== OTHER_LINES_ON && dayNumber !== FEWER_TIERS_ON) return 0;
  const drafts = new ModelDraftService(book.unitOfWork, book.clock);
  const version = await drafts.create(MANAGER, {});
  const [draft] = await book.database.query<{ tiers: { key: string; arrFrom: Threshold }[] }>(
    `SELECT definition -> 'tiers' AS tiers FROM tiering_model WHERE version = $1`,
    [version],
  );
  const tiers = (draft?.tiers ?? []) as Parameters<ModelDraftService['update']>[2]['tiers'] & object[];
  if (dayNumber === OTHER_LINES_ON) {
    const lines: Readonly<Record<string, string>> = { strategic: '120000', core: '40000', scale: '8000' };
    await drafts.update(
      MANAGER,
      { version },
      {
        tiers: tiers.map((tier) => ({ ...tier, arrFrom: from(lines[tier.key] ?? '0') })),
      },
    );
  } else {
    await drafts.update(
      MANAGER,
      { version },
      {
        tiers: tiers
          .filter(({ key }) => key !== 'tech-touch')
          .map((tier) => (tier.key === 'scale' ? { ...tier, arrFrom: from('0'), scoreFloor: 0 } : tier)),
        successors: { 'tech-touch': 'scale' },
      },
    );
  }
  const publication = new PublicationService(book.unitOfWork, book.clock);
  const { digest } = await publication.simulate(MANAGER, version, []);
  await publication.publish(ADMIN, { version, reason: 'The half-year has shown it', digest });
  return 1;
}
