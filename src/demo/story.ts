import { addMonths, daysBetween } from '../domain/calendar';
import { DEFAULT_MODEL } from '../domain/defaults';
import { graceEnd } from '../domain/grace';
import { type Money } from '../domain/money';
import { dayOfSource } from './cast';
import { bareGround, type Ground, groundFor, isHigher, tierOf, type Values } from './facts';
import { growing } from './growth';
import { type Contract, type Phase, type Setting, type Story } from './phase';
import { DESIGNATION_REASONS } from './plots';
import { SPAN_DAYS } from './span';
import { lifted, lowered, type Variant } from './variant';

/** A grace takes 90 days or more; a change may come some days early, so within these it is still running. */
const SURELY_OPEN = 80;
/** And without a renewal date 180, so after these it is over. */
const SURELY_OVER = 185;
const FREE_PLAN = { status: 'FREE', arr: 0 as Money, plan: 'Free' } as const;

/** Tells what happens to the account from the day it comes in until today. */
export function tellStory(setting: Setting): Story {
  const { plot, tier, arr, joins, span, dice } = setting;
  const ages = (plot === 'FALLING' || plot === 'RECOVERED') && dice.chance(0.5);
  const ground =
    plot === 'ARR_ONLY'
      ? bareGround(arr, span.today, dice)
      : groundFor(tier, arr, span.today, dice, ages ? 'ASSESSMENT' : null);
  const opens: Phase = {
    from: joins,
    tier: ground.tier,
    changes: ground.values,
    source: joins === 0 ? 'OPENING' : 'CRM',
  };
  const told = { contract: contractOf(setting), paysFrom: joins, trouble: troubleOf(setting) };
  const never = { ...told, paysFrom: null };
  const trial = onTrial(opens);
  switch (plot) {
    case 'STEADY':
    case 'ARR_ONLY':
      return { ...told, ...comesIn(setting, opens) };
    case 'RISEN':
      return { ...told, phases: risen(setting, ground, opens) };
    case 'FALLEN':
      return { ...told, ...fallen(setting, ground, opens, told.contract) };
    case 'FALLING':
    case 'RECOVERED':
      return { ...told, phases: falling(setting, ground, opens) };
    case 'CORRECTED':
      return { ...told, phases: corrected(setting, opens) };
    case 'RETURNED': {
      const left = dice.whole(60, 420);
      const back = {
        ...opens,
        from: left + dice.whole(50, 240),
        changes: opens.changes,
        source: 'CRM',
      } as const;
      return { ...told, phases: [opens, gone(left), back] };
    }
    case 'DESIGNATED': {
      const from = dice.whole(joins + 20, SPAN_DAYS - 6);
      const designation = dice.pick(DESIGNATION_REASONS);
      const changes = { strategicDesignation: true };
      return {
        ...told,
        phases: [opens, { from, tier: 'strategic', changes, source: 'PEOPLE', designation }],
      };
    }
    case 'LAPSED': {
      const from = dice.whole(joins + 60, SPAN_DAYS - 4);
      return { ...told, phases: [opens, { from, tier: 'tech-touch', changes: FREE_PLAN, source: 'CRM' }] };
    }
    case 'CHURNED_THIS_YEAR':
    case 'CHURNED_LAST_YEAR':
      return { ...told, ...churned(setting, opens) };
    case 'TRIAL':
      return { ...never, phases: [trial] };
    case 'TRIAL_LOST':
      return { ...never, phases: [trial, gone(joins + dice.whole(28, 60))] };
    case 'FREE': {
      const from = joins + dice.whole(21, 45);
      const always = from > SPAN_DAYS || dice.chance(0.4);
      return {
        ...never,
        phases: always
          ? [{ ...trial, changes: { ...trial.changes, ...FREE_PLAN } }]
          : [trial, { from, tier: null, changes: FREE_PLAN, source: 'CRM' }],
      };
    }
    case 'UNPLACED':
      return { ...never, phases: [{ ...opens, tier: null, changes: {} }] };
  }
}

/** Half of the new customers are known well from their first day; others begin on trial, or with their contract alone. */
function comesIn(setting: Setting, opens: Phase): Pick<Story, 'phases' | 'paysFrom'> {
  const { plot, joins, tier, span, dice } = setting;
  const isNew = joins > 0;
  const converts = joins + dice.whole(14, 45);
  if (isNew && converts < SPAN_DAYS - 3 && dice.chance(0.3)) {
    const paying = growing({ ...opens, from: converts }, SPAN_DAYS, setting);
    return { paysFrom: converts, phases: [onTrial(opens), paying] };
  }
  const learns = joins + dice.whole(14, 75);
  if (plot === 'STEADY' && learns < SPAN_DAYS - 3 && dice.chance(isNew ? 0.45 : 0.12)) {
    const known = growing({ ...opens, from: learns, source: 'PEOPLE' }, SPAN_DAYS, setting);
    const { arr, seatsPurchased, plan } = known.changes;
    const bare: Values = {
      status: 'ACTIVE',
      arr: arr ?? null,
      seatsPurchased: seatsPurchased ?? null,
      plan: plan ?? null,
    };
    // A first placement above the later one would open a pending downgrade that the plot does not know of.
    if (!isHigher(tierOf(bare, span.today) ?? tier, tier)) {
      return { paysFrom: joins, phases: [{ ...opens, changes: bare, tier: null }, known] };
    }
  }
  return { paysFrom: joins, phases: [growing(opens, SPAN_DAYS, setting)] };
}

function risen(setting: Setting, ground: Ground, opens: Phase): Phase[] {
  const { joins, span, dice } = setting;
  const from = dice.whole(joins + 25, SPAN_DAYS - 4);
  const before = lowered(ground, span.day(from), dice);
  return before === null ? [growing(opens, SPAN_DAYS, setting)] : changed(setting, before, opens, from);
}

function fallen(
  setting: Setting,
  ground: Ground,
  opens: Phase,
  contract: Contract,
): Pick<Story, 'phases' | 'contract'> {
  const { joins, span, dice } = setting;
  const isOver = (from: number): boolean => {
    const terms = { renewalDate: contract.anchor, termMonths: contract.termMonths };
    return graceEnd(span.day(from), terms, DEFAULT_MODEL.grace) < span.day(SPAN_DAYS - 2);
  };
  const days = Array.from({ length: 12 }, () => dice.whole(joins + 30, SPAN_DAYS - 100));
  const found = days.find(isOver);
  const from = found ?? dice.whole(joins + 30, SPAN_DAYS - SURELY_OVER);
  const before = lifted(ground, span.day(from), dice);
  const ageing = dice.chance(0.35) ? agedLongAgo(setting, ground, opens, from) : null;
  if (ageing !== null && found !== undefined) return { phases: ageing, contract };
  return {
    phases: before === null ? [growing(opens, SPAN_DAYS, setting)] : changed(setting, before, opens, from),
    contract: found === undefined ? { ...contract, anchor: null } : contract,
  };
}

/** The account as it was before, and from a day on as it is. */
function changed(setting: Setting, before: Variant, opens: Phase, from: number): Phase[] {
  const first: Phase = { ...opens, tier: before.tier, changes: { ...opens.changes, ...before.changes } };
  const then: Phase = { from, tier: opens.tier, changes: before.undo, source: before.source };
  return [
    growing(first, from, setting),
    before.undo.arr === undefined ? then : growing(then, SPAN_DAYS, setting, opens.changes),
  ];
}

function falling(setting: Setting, ground: Ground, opens: Phase): Phase[] {
  const { plot, joins, span, dice } = setting;
  const stillOpen = plot === 'FALLING';
  const least = Math.max(joins + 10, stillOpen ? SPAN_DAYS - SURELY_OPEN : 0);
  const from = dice.whole(Math.min(least, SPAN_DAYS - 30), SPAN_DAYS - (stillOpen ? 3 : 25));
  const recovers = Math.min(from + dice.whole(14, SURELY_OPEN), SPAN_DAYS - 3);
  const fall = lowered(ground, span.day(from), dice);
  const ageing = dice.chance(0.9) ? aged(setting, ground, opens, from) : null;
  if (ageing !== null) {
    const again = { ...opens, from: recovers, changes: assessmentOf(ground), source: 'PEOPLE' } as const;
    return stillOpen ? ageing : [...ageing, again];
  }
  if (fall === null) return [growing(opens, SPAN_DAYS, setting)];
  const { tier, changes, source, undo } = fall;
  const falls = [growing(opens, from, setting), { from, tier, changes, source }];
  return stillOpen ? falls : [...falls, { ...opens, from: recovers, changes: undo, source }];
}

/** The same fall by time alone: nobody renews the assessment, and what is derived says less. */
function aged(setting: Setting, ground: Ground, opens: Phase, from: number): Phase[] | null {
  const { joins, span } = setting;
  if (ground.sign !== 'ASSESSMENT') return null;
  const tier = tierOf({ ...ground.values, expansionAssessment: null }, span.today);
  if (tier === null || !isHigher(ground.tier, tier)) return null;
  const assessedOn = dayOfSource('PEOPLE', addMonths(span.day(from), -12));
  const assessed = daysBetween(span.day(0), assessedOn);
  const falls = daysBetween(span.day(0), addMonths(assessedOn, 12));
  const ages: Phase = { from: falls, tier, changes: {}, source: 'PEOPLE' };
  if (assessed < 0 && joins === 0) {
    return [{ ...opens, changes: { ...opens.changes, expansionAssessedOn: assessedOn }, ages: true }, ages];
  }
  if (assessed < joins + 5) return null;
  const again: Phase = {
    ...opens,
    from: assessed,
    changes: assessmentOf(ground),
    source: 'PEOPLE',
    ages: true,
  };
  return [growing(opens, assessed, setting), again, ages];
}

/** The same for an account that was assessed before the first day, and by whose signs it stands lower. */
function agedLongAgo(
  { joins, span, dice }: Setting,
  ground: Ground,
  opens: Phase,
  from: number,
): Phase[] | null {
  const assessedOn = addMonths(span.day(from), -12);
  if (joins !== 0 || assessedOn >= span.day(0) || ground.sign === 'ASSESSMENT') return null;
  const expansionAssessment = dice.pick(['MEDIUM', 'HIGH'] as const);
  const assessed = { expansionAssessment, expansionAssessedOn: assessedOn };
  const tier = tierOf({ ...ground.values, ...assessed }, span.day(0));
  if (tier === null || !isHigher(tier, ground.tier)) return null;
  const falls = daysBetween(span.day(0), addMonths(assessedOn, 12));
  return [
    { ...opens, tier, changes: { ...opens.changes, ...assessed }, ages: true },
    { from: falls, tier: opens.tier, changes: {}, source: 'PEOPLE', ages: true },
  ];
}

function assessmentOf({ values }: Ground): Values {
  return { expansionAssessment: values.expansionAssessment ?? null };
}

/** A digit too many in the contract, which somebody notices within days. */
function corrected(setting: Setting, opens: Phase): Phase[] {
  const { joins, span, dice } = setting;
  const from = dice.whole(joins + 20, SPAN_DAYS - 20);
  const { arr } = opens.changes;
  const mistaken = { arr: ((arr ?? 0) * 10) as Money };
  const tier = tierOf({ ...opens.changes, ...mistaken }, span.day(from));
  if (tier === null || opens.tier === null || !isHigher(tier, opens.tier)) return [opens];
  return [
    growing(opens, from, setting),
    { from, tier, changes: mistaken, source: 'CRM' },
    { ...opens, from: from + dice.whole(7, 11), changes: { arr: arr ?? null }, source: 'PEOPLE' },
  ];
}

function churned(setting: Setting, opens: Phase): Omit<Story, 'paysFrom'> {
  const { plot, joins, dice } = setting;
  const leaves =
    plot === 'CHURNED_LAST_YEAR' ? dice.whole(14, 362) : dice.whole(Math.max(366, joins + 60), SPAN_DAYS - 3);
  const troubledFrom = Math.max(joins + 12, leaves - dice.whole(35, 130));
  const changes: Values = { churnRisk: 'HIGH', healthScore: dice.whole(18, 38) };
  return {
    contract: { ...contractOf(setting), anchor: setting.span.day(leaves) },
    trouble: { from: troubledFrom, until: leaves },
    phases: [
      growing(opens, leaves, setting),
      ...(troubledFrom < leaves - 5 && opens.changes.plan !== 'Starter'
        ? [{ from: troubledFrom, tier: null, changes, source: 'PEOPLE' } as const]
        : []),
      gone(leaves),
    ],
  };
}

function gone(from: number): Phase {
  return { from, tier: null, changes: { status: 'CHURNED', arr: 0 as Money }, source: 'CRM' };
}

function onTrial(opens: Phase): Phase {
  const { seatsUsed, seatsAvailable } = opens.changes;
  const seats = {
    ...(seatsUsed == null ? {} : { seatsUsed }),
    ...(seatsAvailable == null ? {} : { seatsAvailable }),
  };
  return { ...opens, tier: null, changes: { status: 'TRIAL', arr: 0 as Money, plan: 'Trial', ...seats } };
}

/** Some have a bad time of some months, with low health, and get over it. */
function troubleOf({ joins, dice }: Setting): Story['trouble'] {
  const from = dice.whole(joins, SPAN_DAYS + 100);
  return dice.chance(0.16) ? { from, until: from + dice.whole(60, 260) } : null;
}

function contractOf({ tier, joins, span, dice }: Setting): Contract {
  const small = tier === 'scale' || tier === 'tech-touch';
  const termMonths = dice.weighted([
    [12, 72],
    [24, small ? 4 : 12],
    [36, small ? 0 : 8],
    [1, small ? 14 : 1],
  ]);
  if (termMonths === 1 || dice.chance(0.05)) return { termMonths, anchor: null };
  const began = joins === 0 ? span.day(-dice.whole(0, termMonths * 30)) : span.day(joins);
  return { termMonths, anchor: addMonths(began, termMonths) };
}
