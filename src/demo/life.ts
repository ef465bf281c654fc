import { type AccountField, type AccountValues, NO_VALUES } from '../domain/account';
import { addDays, type CalendarDate, daysBetween } from '../domain/calendar';
import { firstRenewalFrom } from '../domain/grace';
import { dayOfSource, type Source, SOURCES } from './cast';
import { type Dice } from './dice';
import { placedIn, type Values } from './facts';
import { stepTowards } from './growth';
import { type Contract, type Phase, type Story } from './phase';
import { SPAN_DAYS, type Span } from './span';
import { withArr } from './variant';

/** What one source says of the account on one day. */
export interface LifeEvent {
  readonly day: CalendarDate;
  readonly source: Source;
  readonly values: Values;
  /** The reason of a designation that a manager makes on this day. */
  readonly designation: string | null;
}

/** Something that happens on a day. */
interface Moment {
  readonly day: CalendarDate;
  readonly source: Source;
  /**
   * Given what is known by then: what it changes, and what it would change rather than move the account where the
   * story does not want it moved.
   */
  readonly choices: (current: AccountValues) => readonly Values[];
  readonly designation?: string;
}

const WEEKS_BETWEEN_READINGS = [15, 26] as const;
const DAYS_BETWEEN_ASSESSMENTS = [285, 350] as const;
const HEALTHY = 74;
const TROUBLED = 27;

/** Plays a story out into dated changes of facts, in order: contracts renew, health moves, assessments are renewed. */
export function live(story: Story, profile: Values, span: Span, dice: Dice): LifeEvent[] {
  const phases = story.phases.map((phase, index) => ({
    ...phase,
    until: story.phases[index + 1]?.from ?? SPAN_DAYS + 1,
    begins:
      index > 0 && beginsByTime(phase)
        ? span.day(phase.from)
        : dayOfSource(phase.source, span.day(phase.from)),
  }));
  const first = phases[0];
  if (first === undefined) return [];
  const since = span.day(-dice.whole(10, 2_200));
  const moments: Moment[] = [];
  for (const phase of phases) {
    const paysNow = phase.from === story.paysFrom;
    const terms = paysNow
      ? { customerSince: phase.from === 0 ? since : phase.begins, ...termsOn(phase.begins, story.contract) }
      : {};
    const opening = phase === first ? { ...profile, ...healthOf(phase, dice) } : {};
    if (phase === first || !beginsByTime(phase))
      moments.push(beginning(phase, { ...opening, ...terms }, dice));
    const until = phase.until > SPAN_DAYS ? span.today : addDays(span.day(phase.until), -1);
    if ((phase.changes.arr ?? 1) !== 0) moments.push(...business(phase, until, story.contract, dice));
    if (phase.changes.status !== 'CHURNED') moments.push(...readings(phase, until, story, span, dice));
    moments.push(...assessments(phase, until, dice));
  }
  return fold(moments, phases);
}

type TimedPhase = Phase & { readonly until: number; readonly begins: CalendarDate };

function beginsByTime({ changes }: Phase): boolean {
  return Object.keys(changes).length === 0;
}

function beginning(phase: TimedPhase, more: Values, dice: Dice): Moment {
  const { begins, source, designation } = phase;
  const assessed = phase.changes.expansionAssessment;
  const assessedOn =
    assessed === undefined || assessed === null || phase.changes.expansionAssessedOn !== undefined
      ? {}
      : { expansionAssessedOn: begins };
  const changes = { ...more, ...phase.changes, ...assessedOn };
  const calm: Values = { healthScore: dice.whole(62, 84), churnRisk: 'LOW' };
  return {
    day: begins,
    source,
    choices: ({ healthScore }) => [changes, healthScore == null ? changes : { ...changes, ...calm }, changes],
    ...(designation === undefined ? {} : { designation }),
  };
}

/** Renewals, and what is sold or given up between them. */
function business(phase: TimedPhase, until: CalendarDate, contract: Contract, dice: Dice): Moment[] {
  const { begins, growsTo } = phase;
  const renewals = renewalsBetween(begins, until, contract);
  const growing = growsTo !== undefined;
  const days = daysBetween(begins, until);
  const extra = growing && days > 60 ? dice.whole(renewals.length === 0 ? 1 : 0, 2) : 0;
  const sales = Array.from({ length: extra }, () => ({
    day: dayOfSource('CRM', addDays(begins, dice.whole(20, days - 1))),
    renewal: null as CalendarDate | null,
  }));
  const all = [...renewals, ...sales].sort((a, b) => (a.day < b.day ? -1 : 1));
  return all.map(({ day, renewal }, index) => ({
    day,
    source: 'CRM',
    choices: (current): Values[] => {
      const arr = current.arr ?? null;
      const renewed = renewal === null ? {} : { renewalDate: renewal };
      if (!growing || arr === null || arr === 0) return [renewed];
      const {
        arr: next,
        plan,
        ...seats
      } = withArr(current, stepTowards(arr, growsTo, 1, all.length - index));
      const sold = { ...renewed, arr: next, plan } as Values;
      return [{ ...sold, ...seats }, sold, renewed];
    },
  }));
}

function renewalsBetween(
  from: CalendarDate,
  to: CalendarDate,
  contract: Contract,
): { day: CalendarDate; renewal: CalendarDate }[] {
  const found: { day: CalendarDate; renewal: CalendarDate }[] = [];
  let renewed = renewalAfter(from, contract);
  while (renewed !== null && renewed <= to) {
    const renewal = renewalAfter(renewed, contract) ?? renewed;
    const day = dayOfSource('CRM', renewed);
    if (day > from) found.push({ day, renewal });
    renewed = renewal;
  }
  return found;
}

function renewalAfter(day: CalendarDate, { anchor, termMonths }: Contract): CalendarDate | null {
  return anchor === null ? null : firstRenewalFrom(addDays(day, 1), anchor, termMonths);
}

/** What the product reports from time to time: seats, usage, and the health worked out of them. */
function readings(
  phase: TimedPhase,
  until: CalendarDate,
  { trouble }: Story,
  span: Span,
  dice: Dice,
): Moment[] {
  const moments: Moment[] = [];
  const [least, most] = WEEKS_BETWEEN_READINGS;
  let day = dayOfSource('PRODUCT', addDays(phase.begins, 7 * dice.whole(1, most)));
  for (; day <= until; day = addDays(day, 7 * dice.whole(least, most))) {
    if (day <= phase.begins) continue;
    const troubled = trouble !== null && day >= span.day(trouble.from) && day <= span.day(trouble.until);
    const [swing, usage, seats, mood] = [
      dice.between(-15, 15),
      dice.between(-12, 14),
      dice.between(0.96, 1.05),
      dice.next(),
    ];
    moments.push({
      day,
      source: 'PRODUCT',
      choices: (current) => reading(current, troubled ? TROUBLED : HEALTHY, { swing, usage, seats, mood }),
    });
  }
  return moments;
}

function reading(
  current: Values,
  usual: number,
  { swing, usage, seats, mood }: { swing: number; usage: number; seats: number; mood: number },
): Values[] {
  const { healthScore: health, usagePercent, seatsUsed, seatsPurchased } = current;
  const next =
    health == null
      ? null
      : clamp(health + (usual - health) * (usual === TROUBLED ? 0.8 : 0.35) + swing, 4, 99);
  const used = seatsUsed == null ? null : Math.round(seatsUsed * seats);
  const quiet: Values = usagePercent == null ? {} : { usagePercent: clamp(usagePercent + usage, 3, 118) };
  const told = {
    ...quiet,
    ...(next === null ? {} : { healthScore: next, churnRisk: riskOf(next, mood) }),
    ...(used === null || used > (seatsPurchased ?? used) ? {} : { seatsUsed: used }),
  };
  return [told, quiet];
}

/** People renew an assessment before it ages, unless the story wants it otherwise. */
function assessments(phase: TimedPhase, until: CalendarDate, dice: Dice): Moment[] {
  if (phase.ages === true) return [];
  const [least, most] = DAYS_BETWEEN_ASSESSMENTS;
  const moments: Moment[] = [];
  let day = dayOfSource('PEOPLE', addDays(phase.begins, dice.whole(least - 240, most - 240)));
  for (; day <= until; day = dayOfSource('PEOPLE', addDays(day, dice.whole(least, most)))) {
    const on = day;
    moments.push({
      day,
      source: 'PEOPLE',
      choices: ({ expansionAssessment }) => [
        expansionAssessment == null ? {} : { expansionAssessment, expansionAssessedOn: on },
      ],
    });
  }
  return moments;
}

/** Lays the moments over each other in the order of time and keeps what each of them really changed. */
function fold(moments: readonly Moment[], phases: readonly TimedPhase[]): LifeEvent[] {
  const last = phases.at(-1);
  const ordered = [...moments].sort(
    (a, b) =>
      (a.day < b.day ? -1 : a.day > b.day ? 1 : 0) || SOURCES.indexOf(a.source) - SOURCES.indexOf(b.source),
  );
  const events = new Map<string, LifeEvent>();
  let current = NO_VALUES;
  for (const moment of ordered) {
    const { day, source } = moment;
    const phase = phases.findLast(({ begins }) => begins <= day) ?? last;
    const values = settle(current, moment, phase?.tier ?? null);
    if (Object.keys(values).length === 0) continue;
    current = { ...current, ...values };
    const key = `${day} ${source}`;
    const same = events.get(key);
    events.set(key, {
      day,
      source,
      values: { ...same?.values, ...values },
      designation: moment.designation ?? same?.designation ?? null,
    });
  }
  return [...events.values()];
}

/** The first of the moment's choices with which the account stays where the story wants it; else the last. */
function settle(current: AccountValues, { day, choices }: Moment, tier: string | null): Values {
  let changes: Values = {};
  for (const choice of choices(current)) {
    changes = difference(current, choice);
    if (tier === null || placedIn({ ...current, ...changes }, day) === tier) return changes;
  }
  return changes;
}

function difference(current: AccountValues, given: Values): Values {
  const fields = Object.keys(given) as AccountField[];
  return Object.fromEntries(
    fields.filter((field) => given[field] !== current[field]).map((field) => [field, given[field]]),
  );
}

function healthOf({ changes }: Phase, dice: Dice): Values {
  if (changes.status === undefined || dice.chance(0.08)) return {};
  const healthScore = dice.whole(56, 93);
  const usagePercent = dice.whole(22, 84);
  return {
    healthScore,
    churnRisk: riskOf(healthScore, dice.next()),
    ...(dice.chance(0.85) ? { usagePercent } : {}),
  };
}

function riskOf(health: number, mood: number): 'LOW' | 'MEDIUM' | 'HIGH' {
  if (health < 40) return mood < 0.85 ? 'HIGH' : 'MEDIUM';
  if (health < 62) return mood < 0.8 ? 'MEDIUM' : 'LOW';
  return mood < 0.94 ? 'LOW' : 'MEDIUM';
}

function termsOn(day: CalendarDate, contract: Contract): Values {
  const { termMonths } = contract;
  const renewalDate = renewalAfter(day, contract);
  if (renewalDate === null) return termMonths === 1 ? { termMonths } : {};
  return { renewalDate, termMonths };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(Math.round(value), least), most);
}
