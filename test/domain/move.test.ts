import { letFall } from '../../src/domain/decided-move';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { units } from '../../src/domain/money';
import { planMove } from '../../src/domain/move';
import { effectiveTier, UNPLACED } from '../../src/domain/standing';
import { type Tier } from '../../src/domain/tier';
import { type GuardrailRules, type TieringModel } from '../../src/domain/tiering-model';
import { AccountStory, expectUnbrokenHistory } from '../support/account-story';
import { day, type WrittenValues } from '../support/facts';

/** With everything else known and saying no, this ARR alone decides the tier. */
const ARR_FOR = {
  strategic: '600,000',
  core: '40,000',
  scale: '8,000',
  'tech-touch': '1,000',
} as const;
type Key = keyof typeof ARR_FOR;

const stories: AccountStory[] = [];

/** An account that was placed in the tier on the day. */
function placedIn(tier: Key, on: string, values: WrittenValues = {}): AccountStory {
  const story = new AccountStory(day(on));
  stories.push(story);
  story.learn({ arr: ARR_FOR[tier], ...values });
  expect(story.standing.held).toBe(tier);
  return story;
}

/** One that waits out a grace from 2026-01-10 to 2026-08-01. */
function pendingFrom(tier: Key, target: Key, values: WrittenValues = {}): AccountStory {
  const story = placedIn(tier, '2025-06-01', { renewalDate: '2026-08-01', termMonths: 12, ...values });
  story.goTo('2026-01-10').learn({ arr: ARR_FOR[target] });
  return story;
}

function modelWith(rules: Partial<GuardrailRules>, base = DEFAULT_MODEL): TieringModel {
  return { ...base, version: base.version + 1, guardrails: { ...base.guardrails, ...rules } };
}

const STRICTER = modelWith({ keyAccountFrom: units(1_000_000) });
const LOOSER = modelWith({ keyAccountFrom: units(30_000) });

/** The default model whose Scale tier is out of reach for an account with nothing but 8,000. */
const HARDER_SCALE: TieringModel = {
  ...DEFAULT_MODEL,
  version: 2,
  tiers: DEFAULT_MODEL.tiers.map((tier) => (tier.key === 'scale' ? { ...tier, scoreFloor: 9 } : tier)),
};

function modelOf(tiers: readonly Tier[]): TieringModel {
  return { ...DEFAULT_MODEL, version: 2, tiers: tiers.map((tier, index) => ({ ...tier, rank: index + 1 })) };
}

const WITHOUT_SCALE = modelOf(DEFAULT_MODEL.tiers.filter(({ key }) => key !== 'scale'));
const SCALE_RENAMED = modelOf(
  DEFAULT_MODEL.tiers.map((tier) => (tier.key === 'scale' ? { ...tier, key: 'growth' } : tier)),
);

afterEach(() => {
  stories.splice(0).forEach(expectUnbrokenHistory);
});

describe('an account is first placed', () => {
  test.each<{ when: string; values: WrittenValues; held: Key; cause: string }>([
    { when: 'when its ARR becomes known', values: { arr: '40,000' }, held: 'core', cause: 'FACTS' },
    { when: 'when its ARR is known to be 0', values: { arr: '0' }, held: 'tech-touch', cause: 'FACTS' },
    { when: 'when it is given a status', values: { status: 'TRIAL' }, held: 'tech-touch', cause: 'FACTS' },
  ])('$when', ({ values, held, cause }) => {
    const story = new AccountStory(day('2026-01-10'));
    story.learn(values);
    expect(story.history).toEqual([
      {
        on: '2026-01-10',
        kind: 'INITIAL',
        cause,
        computed: held,
        heldFrom: null,
        heldTo: held,
        effectiveFrom: null,
        effectiveTo: held,
        pending: null,
        causedBy: [],
      },
    ]);
  });

  test('and not before, whatever else is known of it', () => {
    const story = new AccountStory(day('2026-01-10'));
    story.learn({ name: 'Acme', churnRisk: 'HIGH', expansionAssessment: 'HIGH' });
    story.runDaily();
    expect(story.standing).toBe(UNPLACED);
    expect(story.history).toEqual([]);
  });

  test('and not while it is churned; the day it comes to life is its first', () => {
    const story = new AccountStory(day('2026-01-10'));
    story.learn({ status: 'CHURNED', arr: '0' });
    expect(story.rows()).toEqual([]);
    story.sleep(5).learn({ status: 'ACTIVE', arr: '40,000' });
    expect(story.rows()).toEqual(['INITIAL FACTS: none -> core']);
  });

  test('once: losing ARR and status later does not undo it', () => {
    const story = placedIn('core', '2026-01-10');
    story.sleep(1).learn({ arr: null, status: null });
    expect(story.rows(1)).toEqual(['DOWNGRADE_PENDING FACTS']);
  });
});

describe('up', () => {
  test('at once, the same day', () => {
    const story = placedIn('core', '2026-01-10');
    story.learn({ arr: ARR_FOR.strategic });
    expect(story.rows(1)).toEqual(['UPGRADE FACTS: core -> strategic']);
    expect(story.standing).toEqual({
      computed: 'strategic',
      held: 'strategic',
      pending: null,
      override: null,
      placed: true,
    });
  });

  test('by as many tiers as the placement says', () => {
    const story = placedIn('tech-touch', '2026-01-10');
    story.sleep(3).learn({ arr: ARR_FOR.strategic });
    expect(story.rows(1)).toEqual(['UPGRADE FACTS: tech-touch -> strategic']);
  });

  test('and it ends a pending downgrade', () => {
    const story = pendingFrom('core', 'scale');
    story.sleep(20).learn({ arr: ARR_FOR.strategic });
    expect(story.rows(2)).toEqual(['DOWNGRADE_CANCELLED FACTS', 'UPGRADE FACTS: core -> strategic']);
    expect(story.standing.pending).toBeNull();
  });

  test('by the mere passing of a day, too', () => {
    // The assessment holds a derived HIGH down until it is 12 months old.
    const story = placedIn('core', '2026-01-10', {
      expansionAssessment: 'LOW',
      seatsUsed: 1,
      seatsAvailable: 10,
    });
    story.goTo('2027-01-09').runDaily();
    expect(story.rows(1)).toEqual([]);
    story.goTo('2027-01-10').runDaily();
    expect(story.rows(1)).toEqual(['UPGRADE TIME: core -> strategic']);
  });
});

describe('down', () => {
  test('never at once: a pending downgrade opens and the account keeps its held tier', () => {
    const story = pendingFrom('core', 'scale');
    expect(story.lastRow).toEqual({
      on: '2026-01-10',
      kind: 'DOWNGRADE_PENDING',
      cause: 'FACTS',
      computed: 'scale',
      heldFrom: 'core',
      heldTo: 'core',
      effectiveFrom: 'core',
      effectiveTo: 'core',
      pending: { target: 'scale', detectedOn: '2026-01-10', graceUntil: '2026-08-01', reason: 'FACTS' },
      causedBy: [],
    });
  });

  test.each<{ case: string; values: WrittenValues; fall: WrittenValues; until: string; reason: string }>([
    {
      case: 'until the renewal',
      values: { renewalDate: '2026-06-30', termMonths: 12 },
      fall: { arr: ARR_FOR.scale },
      until: '2026-06-30',
      reason: 'FACTS',
    },
    {
      case: 'by 12 months where the term is missing',
      values: { renewalDate: '2026-02-15' },
      fall: { arr: ARR_FOR.scale },
      until: '2027-02-15',
      reason: 'FACTS',
    },
    {
      case: 'by 180 days without a renewal date',
      values: {},
      fall: { arr: ARR_FOR.scale },
      until: '2026-07-09',
      reason: 'FACTS',
    },
    {
      case: 'by the renewal that comes in with the fall',
      values: { renewalDate: '2026-06-30', termMonths: 12 },
      fall: { arr: ARR_FOR.scale, renewalDate: '2026-09-30' },
      until: '2026-09-30',
      reason: 'FACTS',
    },
    {
      case: 'by 30 days for one that stopped paying',
      values: { renewalDate: '2026-06-30', termMonths: 12 },
      fall: { status: 'FREE', arr: '0' },
      until: '2026-02-09',
      reason: 'NOT_PAYING',
    },
    {
      case: 'by 30 days for a trial whose ARR is not known',
      values: {},
      fall: { status: 'TRIAL', arr: null },
      until: '2026-02-09',
      reason: 'NOT_PAYING',
    },
    {
      case: 'by the whole cycle for a paying plan that fell to 0',
      values: {},
      fall: { arr: '0' },
      until: '2026-07-09',
      reason: 'FACTS',
    },
  ])('$case', ({ values, fall, until, reason }) => {
    const story = placedIn('core', '2025-06-01', values);
    story.goTo('2026-01-10').learn(fall);
    expect(story.standing.pending).toMatchObject({ detectedOn: '2026-01-10', graceUntil: until, reason });
    expect(story.standing.held).toBe('core');
  });

  test('with the whole cycle where the model does not know the rule that stops at payment', () => {
    const story = new AccountStory(day('2025-06-01'), modelWith({ notPaying: false }));
    story.learn({ arr: ARR_FOR.core });
    story.goTo('2026-01-10').learn({ status: 'FREE', arr: '0' });
    expect(story.standing.pending).toMatchObject({ graceUntil: '2026-07-09', reason: 'FACTS' });
  });

  test('by an assessment that has aged: detected on the day it no longer counts', () => {
    const story = placedIn('core', '2026-01-10');
    story.learn({ expansionAssessment: 'HIGH' });
    expect(story.standing.held).toBe('strategic');
    story.goTo('2027-01-10').runDaily();
    expect(story.rows(2)).toEqual(['DOWNGRADE_PENDING TIME']);
    expect(story.standing.pending).toMatchObject({ detectedOn: '2027-01-10', reason: 'TIME' });
  });

  test('by two tiers is one pending downgrade to the lower one, and one move', () => {
    const story = pendingFrom('strategic', 'scale');
    story.goTo('2026-08-01').runDaily();
    expect(story.rows(1)).toEqual(['DOWNGRADE_PENDING FACTS', 'DOWNGRADE GRACE_ENDED: strategic -> scale']);
  });
});

describe('during a grace', () => {
  test('every day changes nothing until the day itself, which makes the move', () => {
    const story = pendingFrom('core', 'scale');
    while (story.today < '2026-07-31') {
      expect(story.sleep(1).runDaily().entries).toEqual([]);
    }
    story.sleep(1).runDaily();
    expect(story.rows(2)).toEqual(['DOWNGRADE GRACE_ENDED: core -> scale']);
    expect(story.lastRow?.on).toBe('2026-08-01');
    expect(story.standing).toMatchObject({ computed: 'scale', held: 'scale', pending: null });
    expect(story.runDaily().entries).toEqual([]);
  });

  test.each<{ case: string; arr: string; rows: string[] }>([
    { case: 'recovery to the held tier', arr: ARR_FOR.core, rows: ['DOWNGRADE_CANCELLED FACTS'] },
    {
      case: 'recovery above it',
      arr: ARR_FOR.strategic,
      rows: ['DOWNGRADE_CANCELLED FACTS', 'UPGRADE FACTS: core -> strategic'],
    },
  ])('$case cancels it', ({ arr, rows }) => {
    const story = pendingFrom('core', 'tech-touch');
    story.goTo('2026-07-31').learn({ arr });
    expect(story.rows(2)).toEqual(rows);
    story.goTo('2026-08-01').runDaily();
    expect(story.rows(2)).toEqual(rows);
  });

  test.each<{ case: string; from: Key; to: Key }>([
    { case: 'a further drop', from: 'scale', to: 'tech-touch' },
    { case: 'a recovery that does not reach the held tier', from: 'tech-touch', to: 'scale' },
  ])('$case changes the target and not the dates', ({ from, to }) => {
    const story = pendingFrom('core', from);
    story.goTo('2026-05-05').learn({ arr: ARR_FOR[to] });
    expect(story.rows(2)).toEqual(['DOWNGRADE_PENDING FACTS']);
    expect(story.standing.pending).toEqual({
      target: to,
      detectedOn: '2026-01-10',
      graceUntil: '2026-08-01',
      reason: 'FACTS',
    });
    story.goTo('2026-08-01').runDaily();
    expect(story.standing.held).toBe(to);
  });

  test('a change that leaves the computed tier alone writes no row', () => {
    const story = pendingFrom('core', 'scale');
    expect(story.sleep(1).learn({ arr: '9,000', healthScore: 12 }).entries).toEqual([]);
  });

  test.each<{ case: string; on: string; values: WrittenValues; rows: string[]; held: Key }>([
    {
      case: 'the move is made to the tier computed then, even by a further drop',
      on: '2026-08-01',
      values: { arr: ARR_FOR['tech-touch'] },
      rows: ['DOWNGRADE GRACE_ENDED: core -> tech-touch'],
      held: 'tech-touch',
    },
    {
      case: 'a recovery still cancels it',
      on: '2026-08-01',
      values: { arr: ARR_FOR.core },
      rows: ['DOWNGRADE_CANCELLED FACTS'],
      held: 'core',
    },
    {
      case: 'and on a later one, where the day itself was missed, the move is made up for',
      on: '2026-08-09',
      values: {},
      rows: ['DOWNGRADE GRACE_ENDED: core -> scale'],
      held: 'scale',
    },
  ])('on the day itself $case', ({ on, values, rows, held }) => {
    const story = pendingFrom('core', 'scale');
    story.goTo(on).learn(values);
    expect(story.rows(2)).toEqual(rows);
    expect(story.standing.held).toBe(held);
  });

  test('that opened because the account stopped paying, dates stay when it pays a little', () => {
    const story = placedIn('core', '2025-06-01');
    story.goTo('2026-01-10').learn({ status: 'FREE', arr: '0' });
    story.sleep(5).learn({ status: 'ACTIVE', arr: ARR_FOR.scale });
    expect(story.standing.pending).toMatchObject({ target: 'scale', graceUntil: '2026-02-09' });
  });

  test('an account that stops paying keeps the longer dates that it has', () => {
    const story = pendingFrom('core', 'scale');
    story.sleep(5).learn({ status: 'FREE', arr: '0' });
    expect(story.standing.pending).toMatchObject({ target: 'tech-touch', graceUntil: '2026-08-01' });
  });
});

describe('renewal date or term change during a grace: it is worked out anew from the same detection', () => {
  test.each<{ case: string; on: string; values: WrittenValues; until: string }>([
    { case: 'a later renewal', on: '2026-03-01', values: { renewalDate: '2026-11-15' }, until: '2026-11-15' },
    {
      case: 'an earlier renewal',
      on: '2026-03-01',
      values: { renewalDate: '2026-05-15' },
      until: '2026-05-15',
    },
    {
      case: 'a renewal too soon after the detection',
      on: '2026-03-01',
      values: { renewalDate: '2026-04-09' },
      until: '2027-04-09',
    },
    { case: 'a shorter term', on: '2026-03-01', values: { termMonths: 1 }, until: '2026-05-01' },
    {
      case: 'no renewal date any more',
      on: '2026-03-01',
      values: { renewalDate: null },
      until: '2026-07-09',
    },
    {
      case: 'one that would be today: tomorrow at the earliest',
      on: '2026-05-15',
      values: { renewalDate: '2026-05-15' },
      until: '2026-05-16',
    },
    {
      case: 'one that would be long past: tomorrow at the earliest',
      on: '2026-07-15',
      values: { termMonths: 1 },
      until: '2026-07-16',
    },
    {
      case: 'one that would be tomorrow',
      on: '2026-05-14',
      values: { renewalDate: '2026-05-15' },
      until: '2026-05-15',
    },
    {
      case: 'together with a further drop',
      on: '2026-03-01',
      values: { renewalDate: '2026-11-15', arr: ARR_FOR['tech-touch'] },
      until: '2026-11-15',
    },
  ])('$case', ({ on, values, until }) => {
    const story = pendingFrom('core', 'scale');
    story.goTo(on).learn(values);
    expect(story.standing.pending).toMatchObject({ detectedOn: '2026-01-10', graceUntil: until });
    expect(story.rows(2)).toEqual(['DOWNGRADE_PENDING FACTS']);
    story.goTo(until).runDaily();
    expect(story.lastRow).toMatchObject({ kind: 'DOWNGRADE', cause: 'GRACE_ENDED', on: until });
  });

  test.each<{ case: string; values: WrittenValues }>([
    { case: 'the next anniversary of the same contract', values: { renewalDate: '2027-08-01' } },
    { case: 'the term that was taken for granted', values: { termMonths: null } },
  ])('but $case says nothing new', ({ values }) => {
    const story = pendingFrom('core', 'scale');
    expect(story.goTo('2026-03-01').learn(values).entries).toEqual([]);
    expect(story.standing.pending?.graceUntil).toBe('2026-08-01');
  });

  test('but on the last day the grace has passed: rolling the contract over does not put off the move', () => {
    const story = pendingFrom('core', 'scale');
    story.goTo('2026-08-01').learn({ renewalDate: '2027-08-01' });
    expect(story.rows(2)).toEqual(['DOWNGRADE GRACE_ENDED: core -> scale']);
  });

  test('but one for not paying keeps its 30 days', () => {
    const story = placedIn('core', '2025-06-01', { renewalDate: '2026-08-01', termMonths: 12 });
    story.goTo('2026-01-10').learn({ status: 'FREE', arr: '0' });
    expect(story.sleep(3).learn({ renewalDate: '2026-12-01' }).entries).toEqual([]);
    expect(story.standing.pending?.graceUntil).toBe('2026-02-09');
  });

  test('but one after an override keeps its days', () => {
    const story = placedIn('core', '2025-06-01', { renewalDate: '2026-08-01', termMonths: 12 });
    story.override('strategic');
    story.goTo('2026-01-10').endOverride();
    expect(story.sleep(3).learn({ termMonths: 1 }).entries).toEqual([]);
    expect(story.standing.pending?.graceUntil).toBe('2026-02-09');
  });
});

describe('a fall that a tier review decides needs no grace', () => {
  test('the account goes to its computed tier at once', () => {
    const story = pendingFrom('core', 'tech-touch');
    story.sleep(1).letFall();
    expect(story.rows(2)).toEqual(['DOWNGRADE REVIEW: core -> tech-touch']);
    expect(story.standing).toMatchObject({ computed: 'tech-touch', held: 'tech-touch', pending: null });
    expect(story.runDaily().entries).toEqual([]);
  });

  test('but where nothing is pending there is nothing to let fall', () => {
    const { standing } = placedIn('core', '2026-01-10');
    expect(letFall(standing)).toEqual({ standing, entries: [] });
  });

  test('under an override the held tier falls and the account stays where the override has it', () => {
    const story = pendingFrom('core', 'scale');
    story.override('strategic');
    story.letFall();
    expect(story.rows(3)).toEqual(['DOWNGRADE REVIEW']);
    expect(story.standing).toMatchObject({ held: 'scale', override: 'strategic', pending: null });
  });
});

describe('the correction of a mistake needs no grace', () => {
  /** An account in Core that one change of facts lifts on 2026-01-10. */
  function lifted(change: WrittenValues, before: WrittenValues = {}): AccountStory {
    const story = placedIn('core', '2025-06-01', before);
    story.goTo('2026-01-10').learn(change);
    expect(story.lastRow?.kind).toBe('UPGRADE');
    return story;
  }

  test.each([
    { days: 0, rows: ['DOWNGRADE CORRECTION: strategic -> core'] },
    { days: 1, rows: ['DOWNGRADE CORRECTION: strategic -> core'] },
    { days: 14, rows: ['DOWNGRADE CORRECTION: strategic -> core'] },
    { days: 15, rows: ['DOWNGRADE_PENDING FACTS'] },
  ])('where the fact is changed back $days days after the upgrade: $rows', ({ days, rows }) => {
    const story = lifted({ arr: ARR_FOR.strategic });
    story.sleep(days).learn({ arr: ARR_FOR.core });
    expect(story.rows(2)).toEqual(rows);
    expect(story.runDaily().entries).toEqual([]);
  });

  test.each<{
    case: string;
    change: WrittenValues;
    back: WrittenValues;
    correction: boolean;
    before?: WrittenValues;
  }>([
    {
      case: 'the ARR that caused it, to the hundredth',
      change: { arr: ARR_FOR.strategic },
      back: { arr: ARR_FOR.core },
      correction: true,
    },
    {
      case: 'the ARR that caused it, but to another amount',
      change: { arr: ARR_FOR.strategic },
      back: { arr: '40,000.01' },
      correction: false,
    },
    {
      case: 'an assessment that was a mistake',
      change: { expansionAssessment: 'HIGH' },
      back: { expansionAssessment: null },
      correction: true,
    },
    {
      case: 'an assessment that becomes another one than before',
      change: { expansionAssessment: 'HIGH' },
      back: { expansionAssessment: 'LOW' },
      correction: false,
    },
    {
      case: 'a designation that was a mistake',
      change: { strategicDesignation: true },
      back: { strategicDesignation: false },
      correction: true,
    },
    {
      case: 'a designation of which nothing was known before',
      before: { strategicDesignation: null },
      change: { strategicDesignation: true },
      back: { strategicDesignation: false },
      correction: true,
    },
    {
      case: 'of several changes the one that caused it',
      change: { arr: ARR_FOR.strategic, healthScore: 50, name: 'Acme', churnRisk: 'MEDIUM' },
      back: { arr: ARR_FOR.core },
      correction: true,
    },
    {
      case: 'of several changes one that did not, while the cause falls to another amount',
      change: { arr: ARR_FOR.strategic, healthScore: 50 },
      back: { arr: '39,000', healthScore: null },
      correction: false,
    },
    {
      case: 'one of two causes that were both needed',
      // 30.00 for the ARR and 20.00 for four factors; either alone stays in Core.
      change: { arr: '60,000', referencePotential: true, logoValue: true },
      back: { arr: ARR_FOR.core },
      before: { marketInfluence: true, partnershipOpportunity: true },
      correction: true,
    },
    {
      case: 'both of two causes of which each would have done',
      change: { strategicDesignation: true, arr: ARR_FOR.strategic },
      back: { strategicDesignation: false, arr: ARR_FOR.core },
      correction: true,
    },
    {
      case: 'a bystander of two causes of which each would have done',
      change: { expansionAssessment: 'HIGH', arr: ARR_FOR.strategic, name: 'Acme', usagePercent: 50 },
      back: { expansionAssessment: 'LOW', arr: '39,000', name: null, usagePercent: null },
      correction: false,
    },
  ])('changed back is $case: $correction', ({ change, back, before, correction }) => {
    const story = lifted(change, before);
    story.sleep(7).learn(back);
    expect(story.rows(2)).toEqual([
      correction ? 'DOWNGRADE CORRECTION: strategic -> core' : 'DOWNGRADE_PENDING FACTS',
    ]);
  });

  test('of two causes that were taken back one by one, the last one brings the account down', () => {
    const story = lifted({ strategicDesignation: true, arr: ARR_FOR.strategic });
    expect(story.sleep(1).learn({ arr: ARR_FOR.core }).entries).toEqual([]);
    story.sleep(1).learn({ strategicDesignation: false });
    expect(story.rows(2)).toEqual(['DOWNGRADE CORRECTION: strategic -> core']);
  });

  test('goes back no further than the upgrade came from; the rest waits out its grace', () => {
    const story = lifted({ strategicDesignation: true });
    expect(story.sleep(5).learn({ arr: ARR_FOR['tech-touch'] }).entries).toEqual([]);
    story.sleep(5).learn({ strategicDesignation: false });
    expect(story.rows(2)).toEqual(['DOWNGRADE CORRECTION: strategic -> core', 'DOWNGRADE_PENDING FACTS']);
    expect(story.standing).toMatchObject({
      held: 'core',
      pending: { target: 'tech-touch', detectedOn: '2026-01-20', graceUntil: '2026-07-19' },
    });
  });

  test('takes nothing from the grace that follows an override', () => {
    const story = placedIn('scale', '2025-06-01');
    story.goTo('2026-01-10').learn({ arr: ARR_FOR.core });
    story.override('strategic');
    story.sleep(3).endOverride();
    story.sleep(3).learn({ arr: ARR_FOR.scale });
    expect(story.rows(4)).toEqual(['DOWNGRADE_PENDING OVERRIDE', 'DOWNGRADE_PENDING FACTS']);
    expect(story.standing).toMatchObject({
      held: 'strategic',
      pending: { target: 'scale', detectedOn: '2026-01-13', graceUntil: '2026-02-12' },
    });
  });

  test('goes back only as far as the account falls', () => {
    const story = placedIn('tech-touch', '2025-06-01');
    story.goTo('2026-01-10').learn({ strategicDesignation: true });
    story.sleep(5).learn({ arr: ARR_FOR.scale });
    story.sleep(5).learn({ strategicDesignation: false });
    expect(story.rows(2)).toEqual(['DOWNGRADE CORRECTION: strategic -> scale']);
    expect(story.standing).toMatchObject({ held: 'scale', pending: null });
  });

  test('keeps the dates of a downgrade that was pending before, for what is left of the fall', () => {
    const story = placedIn('core', '2025-06-01');
    story.goTo('2026-01-10').learn({ arr: '60,000', expansionAssessment: 'HIGH' });
    story.sleep(2).learn({ expansionAssessment: 'LOW' });
    expect(story.standing.pending).toMatchObject({ target: 'core', detectedOn: '2026-01-12' });
    story.sleep(2).learn({ expansionAssessment: null, arr: ARR_FOR.scale });
    expect(story.rows(3)).toEqual(['DOWNGRADE CORRECTION: strategic -> core']);
    expect(story.standing).toMatchObject({
      held: 'core',
      pending: { target: 'scale', detectedOn: '2026-01-12' },
    });
  });

  test('of the earlier of two upgrades, in one step and over both', () => {
    const story = placedIn('scale', '2025-06-01');
    story.goTo('2026-01-10').learn({ arr: ARR_FOR.core });
    story.sleep(2).learn({ arr: ARR_FOR.strategic });
    story.sleep(2).learn({ arr: ARR_FOR.scale });
    expect(story.rows(3)).toEqual(['DOWNGRADE CORRECTION: strategic -> scale']);
  });

  test('of the later of two upgrades goes back to the one before', () => {
    const story = placedIn('scale', '2025-06-01');
    story.goTo('2026-01-10').learn({ arr: ARR_FOR.core });
    story.sleep(10).learn({ arr: ARR_FOR.strategic });
    story.sleep(10).learn({ arr: ARR_FOR.core });
    expect(story.rows(3)).toEqual(['DOWNGRADE CORRECTION: strategic -> core']);
    story.learn({ arr: ARR_FOR.scale });
    expect(story.rows(4)).toEqual(['DOWNGRADE_PENDING FACTS']);
  });

  test('does not undo a first placement', () => {
    const story = placedIn('core', '2026-01-10');
    story.sleep(1).learn({ arr: null });
    expect(story.rows(1)).toEqual(['DOWNGRADE_PENDING FACTS']);
  });

  test('does not concern an upgrade by a new model', () => {
    const story = placedIn('core', '2026-01-10');
    story.publish(LOOSER);
    story.sleep(1).learn({ arr: ARR_FOR.scale });
    expect(story.rows(1)).toEqual(['UPGRADE MODEL_PUBLISHED: core -> strategic', 'DOWNGRADE_PENDING FACTS']);
  });

  test('does not lead back to a tier that the ladder has lost since', () => {
    const story = placedIn('scale', '2026-01-10');
    story.sleep(1).learn({ arr: ARR_FOR.core });
    story.sleep(1).publish(WITHOUT_SCALE, new Map([['scale', 'tech-touch']]));
    story.sleep(1).learn({ arr: ARR_FOR.scale });
    expect(story.rows(2)).toEqual(['DOWNGRADE_PENDING FACTS']);
    expect(story.standing).toMatchObject({ held: 'core', pending: { target: 'tech-touch' } });
  });
});

describe('an override', () => {
  test('to a higher tier moves the account at once; what the rules hold stays visible', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('strategic');
    expect(story.rows(1)).toEqual(['OVERRIDE_STARTED OVERRIDE: core -> strategic']);
    expect(story.standing).toMatchObject({ computed: 'core', held: 'core', override: 'strategic' });
    expect(effectiveTier(story.standing)).toBe('strategic');
  });

  test('to a lower tier moves it at once, without grace', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('tech-touch');
    expect(story.rows(1)).toEqual(['OVERRIDE_STARTED OVERRIDE: core -> tech-touch']);
    expect(story.standing).toMatchObject({ held: 'core', pending: null });
  });

  test('to the held tier freezes it: nothing moves', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('core');
    expect(story.rows(1)).toEqual(['OVERRIDE_STARTED OVERRIDE']);
  });

  test('the rules go on underneath it', () => {
    const story = placedIn('core', '2025-06-01', { renewalDate: '2026-08-01', termMonths: 12 });
    story.override('core');
    story.goTo('2026-01-10').learn({ arr: ARR_FOR.scale });
    story.goTo('2026-08-01').runDaily();
    story.sleep(1).learn({ arr: ARR_FOR.strategic });
    expect(story.rows(2)).toEqual(['DOWNGRADE_PENDING FACTS', 'DOWNGRADE GRACE_ENDED', 'UPGRADE FACTS']);
    expect(story.standing).toMatchObject({ held: 'strategic', override: 'core' });
    expect(effectiveTier(story.standing)).toBe('core');
  });

  test('that takes the place of another one ends it first', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('strategic');
    story.override('scale');
    expect(story.rows(2)).toEqual([
      'OVERRIDE_ENDED OVERRIDE',
      'OVERRIDE_STARTED OVERRIDE: strategic -> scale',
    ]);
    expect(story.standing).toMatchObject({ held: 'core', override: 'scale', pending: null });
  });
});

describe('an override that ends', () => {
  test.each<{ case: string; override: Key; rows: string[] }>([
    {
      case: 'below the held tier: the account rises at once',
      override: 'scale',
      rows: ['OVERRIDE_ENDED OVERRIDE: scale -> core'],
    },
    { case: 'at the held tier: nothing moves', override: 'core', rows: ['OVERRIDE_ENDED OVERRIDE'] },
  ])('$case', ({ override, rows }) => {
    const story = placedIn('core', '2026-01-10');
    story.override(override);
    story.sleep(30).endOverride();
    expect(story.rows(2)).toEqual(rows);
    expect(story.standing).toMatchObject({ held: 'core', override: null, pending: null });
  });

  test('above the held tier: held becomes its tier, and the account falls after 30 days', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('strategic');
    story.goTo('2026-03-01').endOverride();
    expect(story.rows(2)).toEqual(['OVERRIDE_ENDED OVERRIDE', 'DOWNGRADE_PENDING OVERRIDE']);
    expect(story.standing).toEqual({
      computed: 'core',
      held: 'strategic',
      override: null,
      placed: true,
      pending: {
        target: 'core',
        detectedOn: '2026-03-01',
        graceUntil: '2026-03-31',
        reason: 'OVERRIDE_ENDED',
      },
    });
    story.goTo('2026-03-30').runDaily();
    expect(story.standing.held).toBe('strategic');
    story.goTo('2026-03-31').runDaily();
    expect(story.rows(4)).toEqual(['DOWNGRADE GRACE_ENDED: strategic -> core']);
  });

  test.each([
    { endedOn: '2026-03-01', until: '2026-08-01', why: 'the grace underneath, where that is later' },
    { endedOn: '2026-07-15', until: '2026-08-14', why: '30 days after its end, where that is later' },
    { endedOn: '2026-07-02', until: '2026-08-01', why: 'either, where they fall on one day' },
  ])('on $endedOn above a tier that waits out a grace: until $why', ({ endedOn, until }) => {
    const story = pendingFrom('core', 'scale');
    story.override('strategic');
    story.goTo(endedOn).endOverride();
    expect(story.standing).toMatchObject({
      held: 'strategic',
      pending: { target: 'scale', detectedOn: endedOn, graceUntil: until },
    });
    story.goTo(until).runDaily();
    expect(story.rows(5)).toEqual(['DOWNGRADE GRACE_ENDED: strategic -> scale']);
  });

  test('as a freeze after its held tier fell underneath it falls with grace as well', () => {
    const story = pendingFrom('core', 'scale');
    story.override('core');
    story.goTo('2026-08-01').runDaily();
    expect(effectiveTier(story.standing)).toBe('core');
    story.endOverride();
    expect(story.standing).toMatchObject({
      held: 'core',
      pending: { target: 'scale', graceUntil: '2026-08-31' },
    });
  });

  test('and whose account recovers in time never falls', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('strategic');
    story.goTo('2026-03-01').endOverride();
    story.sleep(29).learn({ arr: ARR_FOR.strategic });
    expect(story.rows(4)).toEqual(['DOWNGRADE_CANCELLED FACTS']);
    expect(story.standing).toMatchObject({ held: 'strategic', pending: null });
  });

  test('as a data error above the held tier lets the account fall at once', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('strategic');
    story.sleep(5).endOverride({ dataError: true });
    expect(story.rows(2)).toEqual(['OVERRIDE_ENDED OVERRIDE: strategic -> core']);
    expect(story.standing).toMatchObject({ held: 'core', override: null, pending: null });
  });

  test('as a data error leaves the grace underneath as it is', () => {
    const story = pendingFrom('core', 'scale');
    const { pending } = story.standing;
    story.override('strategic');
    story.endOverride({ dataError: true });
    expect(story.standing).toMatchObject({ held: 'core', pending });
  });

  test('twice ends once', () => {
    const story = placedIn('core', '2026-01-10');
    expect(story.endOverride().entries).toEqual([]);
  });
});

describe('an account that churns', () => {
  test('holds no tier any more', () => {
    const story = placedIn('core', '2026-01-10');
    story.sleep(5).learn({ status: 'CHURNED' });
    expect(story.rows(1)).toEqual(['CHURNED FACTS: core -> none']);
    expect(story.standing).toEqual({
      computed: null,
      held: null,
      pending: null,
      override: null,
      placed: true,
    });
  });

  test('loses its pending downgrade and its override, each in a row of its own, and moves once', () => {
    const story = pendingFrom('core', 'scale');
    story.override('strategic');
    story.sleep(5).learn({ status: 'CHURNED', arr: '0' });
    expect(story.rows(3)).toEqual([
      'DOWNGRADE_CANCELLED FACTS',
      'OVERRIDE_ENDED FACTS',
      'CHURNED FACTS: strategic -> none',
    ]);
    expect(story.standing).toMatchObject({ pending: null, override: null });
  });

  test('is never looked at again', () => {
    const story = placedIn('core', '2026-01-10');
    story.learn({ status: 'CHURNED' });
    story.sleep(5).learn({ arr: ARR_FOR.strategic });
    story.sleep(5).runDaily();
    story.sleep(5).publish(LOOSER);
    expect(story.rows(2)).toEqual([]);
  });

  test.each<{ values: WrittenValues; held: Key }>([
    { values: { status: 'ACTIVE', arr: ARR_FOR.strategic }, held: 'strategic' },
    { values: { status: 'ACTIVE', arr: ARR_FOR.scale }, held: 'scale' },
    { values: { status: null }, held: 'core' },
    { values: { status: 'TRIAL', arr: '0' }, held: 'tech-touch' },
  ])('and comes back with $values stands at its computed tier at once: $held', ({ values, held }) => {
    const story = pendingFrom('core', 'scale');
    story.learn({ status: 'CHURNED', arr: ARR_FOR.core });
    story.sleep(100).learn(values);
    expect(story.rows(4)).toEqual([`REACTIVATED FACTS: none -> ${held}`]);
    expect(story.standing).toMatchObject({ computed: held, held, pending: null, override: null });
  });
});

describe('a new model', () => {
  test('moves accounts up at once', () => {
    const story = placedIn('core', '2026-01-10');
    story.sleep(5).publish(LOOSER);
    expect(story.rows(1)).toEqual(['UPGRADE MODEL_PUBLISHED: core -> strategic']);
  });

  test('moves accounts down through grace', () => {
    const story = placedIn('strategic', '2025-06-01', { renewalDate: '2026-08-01', termMonths: 12 });
    story.goTo('2026-01-10').publish(STRICTER);
    expect(story.rows(1)).toEqual(['DOWNGRADE_PENDING MODEL_PUBLISHED']);
    expect(story.standing.pending).toEqual({
      target: 'core',
      detectedOn: '2026-01-10',
      graceUntil: '2026-08-01',
      reason: 'MODEL_PUBLISHED',
    });
  });

  test('leaves the dates of an open pending downgrade and changes its target', () => {
    const story = pendingFrom('core', 'scale');
    const { pending } = story.standing;
    story.goTo('2026-05-05').publish(HARDER_SCALE);
    expect(story.rows(2)).toEqual(['DOWNGRADE_PENDING MODEL_PUBLISHED']);
    expect(story.standing.pending).toEqual({ ...pending, target: 'tech-touch' });
  });

  test('cancels an open pending downgrade that it makes needless', () => {
    const story = pendingFrom('strategic', 'core');
    story.goTo('2026-05-05').publish(LOOSER);
    expect(story.rows(2)).toEqual(['DOWNGRADE_CANCELLED MODEL_PUBLISHED']);
  });

  test('that says the same moves nothing', () => {
    const story = pendingFrom('core', 'scale');
    story.publish({ ...DEFAULT_MODEL, version: 2 });
    expect(story.rows(2)).toEqual([]);
  });

  test('under an override changes what is held underneath', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('scale');
    story.publish(LOOSER);
    expect(story.rows(2)).toEqual(['UPGRADE MODEL_PUBLISHED']);
    expect(effectiveTier(story.standing)).toBe('scale');
  });
});

describe('a new model that drops a tier names its successor', () => {
  const toTechTouch = new Map([['scale', 'tech-touch']]);
  const toCore = new Map([['scale', 'core']]);
  const renamed = new Map([['scale', 'growth']]);

  test('a lower one takes over the accounts of the dropped one', () => {
    const story = placedIn('scale', '2026-01-10');
    story.publish(WITHOUT_SCALE, toTechTouch);
    expect(story.rows(1)).toEqual(['DOWNGRADE MODEL_PUBLISHED: scale -> tech-touch']);
  });

  test('from a higher one accounts that do not belong there fall with grace', () => {
    const story = placedIn('scale', '2026-01-10');
    story.publish(WITHOUT_SCALE, toCore);
    expect(story.rows(1)).toEqual([
      'UPGRADE MODEL_PUBLISHED: scale -> core',
      'DOWNGRADE_PENDING MODEL_PUBLISHED',
    ]);
    expect(story.standing).toMatchObject({ held: 'core', pending: { target: 'tech-touch' } });
  });

  test('the target of a pending downgrade is replaced, and its dates stay', () => {
    const story = pendingFrom('core', 'scale');
    const { pending } = story.standing;
    story.publish(SCALE_RENAMED, renamed);
    expect(story.rows(2)).toEqual(['DOWNGRADE_PENDING MODEL_PUBLISHED']);
    expect(story.standing).toMatchObject({ computed: 'growth', held: 'core' });
    expect(story.standing.pending).toEqual({ ...pending, target: 'growth' });
  });

  test('a pending downgrade whose target becomes the held tier goes on to the tier computed now', () => {
    const story = pendingFrom('core', 'scale');
    const { pending } = story.standing;
    story.publish(WITHOUT_SCALE, toCore);
    expect(story.standing.pending).toEqual({ ...pending, target: 'tech-touch' });
  });

  test('an override to the dropped tier goes to the successor, and the history says so', () => {
    const story = placedIn('core', '2026-01-10');
    story.override('scale');
    story.publish(WITHOUT_SCALE, toTechTouch);
    expect(story.rows(2)).toEqual(['DOWNGRADE MODEL_PUBLISHED: scale -> tech-touch']);
    expect(story.standing).toMatchObject({ held: 'core', override: 'tech-touch' });
  });

  test('a held tier that goes under an override is replaced without a move', () => {
    const story = placedIn('scale', '2026-01-10');
    story.override('strategic');
    story.publish(WITHOUT_SCALE, toTechTouch);
    expect(story.rows(2)).toEqual(['DOWNGRADE MODEL_PUBLISHED']);
    expect(story.standing).toMatchObject({ held: 'tech-touch', override: 'strategic' });
  });

  test('a tier that only changes its name takes its accounts along, which is no fall', () => {
    const story = placedIn('scale', '2026-01-10');
    story.publish(SCALE_RENAMED, renamed);
    expect(story.rows(1)).toEqual(['UPGRADE MODEL_PUBLISHED: scale -> growth']);
    expect(story.standing).toMatchObject({ computed: 'growth', held: 'growth', pending: null });
  });

  test('churned accounts have none to replace', () => {
    const story = placedIn('scale', '2026-01-10');
    story.learn({ status: 'CHURNED' });
    story.publish(WITHOUT_SCALE, toTechTouch);
    expect(story.rows(2)).toEqual([]);
  });

  test('and a dropped tier without a successor is refused', () => {
    const story = placedIn('scale', '2026-01-10');
    expect(() => story.publish(WITHOUT_SCALE)).toThrow(
      expect.objectContaining({ code: 'INVALID_MODEL' }) as Error,
    );
  });
});

test('planning the same case twice from the same standing decides the same and leaves the standing untouched', () => {
  const standing = Object.freeze({ ...UNPLACED, computed: 'core', held: 'core', placed: true });
  const asked = {
    computed: 'scale',
    notPaying: false,
    terms: { renewalDate: null, termMonths: null },
    today: day('2026-01-10'),
    trigger: 'FACTS' as const,
    changes: [],
    causedBy: [],
    recentUpgrades: [],
  };
  expect(planMove(standing, asked, DEFAULT_MODEL)).toEqual(planMove(standing, asked, DEFAULT_MODEL));
});

describe('a tier review extends a grace', () => {
  const until = (story: AccountStory): string | undefined => story.standing.pending?.graceUntil;

  test.each<{ values: WrittenValues; latest: string; why: string }>([
    { values: {}, latest: '2027-08-01', why: 'one term of 12 months' },
    {
      values: { termMonths: null },
      latest: '2027-08-01',
      why: 'the term of 12 months that is taken for granted',
    },
    { values: { termMonths: 3 }, latest: '2026-08-01', why: 'one term of 3 months' },
    { values: { termMonths: 36 }, latest: '2027-08-01', why: '365 days, where the term is longer' },
  ])('until $latest at the latest: $why', ({ values, latest }) => {
    const story = pendingFrom('core', 'scale', values);
    story.sleep(30).extendGrace();
    expect(until(story)).toBe(latest);
    expect(story.lastRow).toMatchObject({ kind: 'DOWNGRADE_PENDING', cause: 'REVIEW', heldTo: 'core' });
  });

  test.each([
    { day: '2026-08-01', why: 'the day on which it ends already' },
    { day: '2026-07-31', why: 'an earlier day' },
    { day: '2027-08-02', why: 'a day beyond the latest' },
  ])('but not to $day, $why', ({ day: wanted }) => {
    const story = pendingFrom('core', 'scale');
    expect(() => story.extendGrace(wanted)).toThrow('extendUntil must lie from 2026-08-02 to 2027-08-01');
    expect(until(story)).toBe('2026-08-01');
  });

  test('to the day that is given, and only once', () => {
    const story = pendingFrom('core', 'scale');
    story.extendGrace('2026-09-15');
    expect(until(story)).toBe('2026-09-15');
    story.goTo('2026-08-01').runDaily();
    expect(story.standing.held).toBe('core');
    expect(() => story.extendGrace()).toThrow('a tier review has extended this grace already');
    story.goTo('2026-09-15').runDaily();
    expect(story.standing).toMatchObject({ held: 'scale', pending: null });
  });

  test('but not where nothing is pending, nor long after it has ended', () => {
    expect(() => placedIn('core', '2026-01-10').extendGrace()).toThrow('needs a pending downgrade');
    const story = pendingFrom('core', 'scale').goTo('2027-08-05');
    expect(() => story.extendGrace()).toThrow('the grace ended on 2026-08-01, too long ago to be extended');
  });

  test('which a change of the contract may lengthen, but does not shorten', () => {
    const story = pendingFrom('core', 'scale');
    story.extendGrace('2026-12-01');
    story.sleep(1).learn({ renewalDate: '2026-09-01' });
    expect(until(story)).toBe('2026-12-01');
    story.sleep(1).learn({ renewalDate: '2027-01-15' });
    expect(until(story)).toBe('2027-01-15');
    expect(() => story.extendGrace()).toThrow('extended this grace already');
  });

  test('anew once the account has recovered and falls again', () => {
    const story = pendingFrom('core', 'scale');
    story.extendGrace();
    story.sleep(1).learn({ arr: ARR_FOR.core });
    story.sleep(1).learn({ arr: ARR_FOR.scale });
    expect(story.standing.pending).not.toHaveProperty('extended');
    expect(() => story.extendGrace()).not.toThrow();
  });

  test('and that of an override that ends above it takes the extension over', () => {
    const story = pendingFrom('core', 'scale');
    story.extendGrace('2026-12-01');
    story.override('strategic');
    story.sleep(1).endOverride();
    expect(story.standing.pending).toMatchObject({ graceUntil: '2026-12-01', extended: true });
  });
});
