import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { expansionPotential } from '../../src/domain/expansion-potential';
import { day, only, type WrittenFacts } from '../support/facts';

const TODAY = day('2026-03-01');
const potentialOf = (facts: WrittenFacts, today = TODAY): ReturnType<typeof expansionPotential> =>
  expansionPotential(only(facts), DEFAULT_MODEL.expansion, today);

describe("a person's assessment", () => {
  test.each(['LOW', 'MEDIUM', 'HIGH'] as const)('of %s counts, whatever the signs say', (level) => {
    const signs = { arr: '10,000', expansionArr: '90,000', seatsUsed: 99, seatsAvailable: 100 };
    expect(potentialOf({ ...signs, expansionAssessment: level, expansionAssessedOn: '2026-01-01' })).toEqual({
      level,
      sign: 'ASSESSMENT',
      lowered: false,
    });
  });

  test.each([
    { assessedOn: '2025-03-02', today: '2026-03-01', counts: true, when: 'a day short of 12 months' },
    { assessedOn: '2025-03-01', today: '2026-03-01', counts: false, when: 'exactly 12 months later' },
    { assessedOn: '2025-02-28', today: '2026-03-01', counts: false, when: 'more than 12 months later' },
    {
      assessedOn: '2028-02-29',
      today: '2029-02-27',
      counts: true,
      when: 'assessed on a leap day, the day before',
    },
    {
      assessedOn: '2028-02-29',
      today: '2029-02-28',
      counts: false,
      when: 'assessed on a leap day, a year on',
    },
    { assessedOn: '2026-03-01', today: '2026-03-01', counts: true, when: 'assessed today' },
    { assessedOn: null, today: '2026-03-01', counts: true, when: 'without a day: assessed as it is given' },
  ])('counts: $counts, $when', ({ assessedOn, today, counts }) => {
    const facts = { expansionAssessment: 'HIGH' as const, expansionAssessedOn: assessedOn };
    expect(potentialOf(facts, day(today)).level).toBe(counts ? 'HIGH' : null);
  });

  test('that is too old gives way to what is known', () => {
    const old = { expansionAssessment: 'HIGH' as const, expansionAssessedOn: '2024-03-01' };
    expect(potentialOf({ ...old, arr: '10,000', expansionArr: '5,000' })).toEqual({
      level: 'MEDIUM',
      sign: 'EXPANSION_ARR',
      lowered: false,
    });
  });

  test('of HIGH stays HIGH while churn risk is high and health is poor', () => {
    expect(potentialOf({ expansionAssessment: 'HIGH', churnRisk: 'HIGH', healthScore: 5 }).level).toBe(
      'HIGH',
    );
  });
});

describe('derived from expansion ARR', () => {
  test.each([
    { arr: '10,000', expansionArr: '20,000', level: 'HIGH', why: 'three times as much' },
    { arr: '10,000', expansionArr: '19,999.99', level: 'MEDIUM', why: 'a hundredth short of three times' },
    { arr: '10,000', expansionArr: '5,000', level: 'MEDIUM', why: 'one and a half times' },
    { arr: '10,000', expansionArr: '4,999.99', level: 'LOW', why: 'a hundredth short of that' },
    { arr: '10,000', expansionArr: '0', level: 'LOW', why: 'nothing to expect' },
    { arr: '0', expansionArr: '0.01', level: 'HIGH', why: 'with ARR 0 any expansion ARR will do' },
    { arr: '0', expansionArr: '0', level: 'LOW', why: 'with ARR 0 and none to expect' },
    { arr: null, expansionArr: '50,000', level: null, why: 'a multiple of an unknown ARR is unknown' },
    { arr: '10,000', expansionArr: null, level: null, why: 'unknown expansion ARR' },
    { arr: '0.01', expansionArr: '9,999,999,999,999.99', level: 'HIGH', why: 'amounts at the limit' },
  ])('$arr with $expansionArr more is $level: $why', ({ arr, expansionArr, level }) => {
    expect(potentialOf({ arr, expansionArr }).level).toBe(level);
  });
});

describe('derived from seats', () => {
  test.each([
    { used: 29, available: 100, level: 'HIGH', why: 'under 30% in use' },
    { used: 30, available: 100, level: 'MEDIUM', why: 'exactly 30%' },
    { used: 66, available: 100, level: 'MEDIUM', why: 'available / used above 1.5' },
    { used: 2, available: 3, level: 'MEDIUM', why: 'exactly 1.5 times as many' },
    { used: 67, available: 100, level: 'LOW', why: 'under 1.5' },
    { used: 100, available: 100, level: 'LOW', why: 'full' },
    { used: 120, available: 100, level: 'LOW', why: 'over-full' },
    { used: 0, available: 100, level: 'HIGH', why: 'none in use' },
    { used: 5, available: 0, level: 'LOW', why: 'no seat that it could fill' },
    { used: 0, available: 0, level: 'LOW', why: 'nothing in use and nothing to fill' },
    { used: null, available: 100, level: null, why: 'unknown use' },
    { used: 5, available: null, level: null, why: 'unknown room' },
  ])('$used of $available is $level: $why', ({ used, available, level }) => {
    expect(potentialOf({ seatsUsed: used, seatsAvailable: available }).level).toBe(level);
  });

  test('the seats that were bought say nothing of those that could be filled', () => {
    expect(potentialOf({ seatsUsed: 10, seatsPurchased: 100 }).level).toBeNull();
  });
});

describe('derived from product lines', () => {
  test.each([
    { owned: 1, available: 3, level: 'HIGH', why: 'three times as many' },
    { owned: 2, available: 5, level: 'MEDIUM', why: 'two and a half times' },
    { owned: 2, available: 3, level: 'MEDIUM', why: 'exactly 1.5 times' },
    { owned: 3, available: 4, level: 'LOW', why: 'under 1.5' },
    { owned: 4, available: 4, level: 'LOW', why: 'all of them' },
    { owned: 0, available: 4, level: 'HIGH', why: 'none yet' },
    { owned: 3, available: 0, level: 'LOW', why: 'none to be had' },
    { owned: 0, available: 0, level: 'LOW', why: 'none owned and none to be had' },
    { owned: null, available: 4, level: null, why: 'unknown lines' },
    { owned: 1, available: null, level: null, why: 'unknown choice' },
  ])('$owned of $available is $level: $why', ({ owned, available, level }) => {
    expect(potentialOf({ productLinesOwned: owned, productLinesAvailable: available }).level).toBe(level);
  });
});

describe('of several signs the most promising one decides', () => {
  const lowArr = { arr: '10,000', expansionArr: '0' };
  const lowSeats = { seatsUsed: 10, seatsAvailable: 10 };
  const lowLines = { productLinesOwned: 4, productLinesAvailable: 4 };

  test.each([
    { signs: { ...lowArr, ...lowSeats, ...lowLines }, level: 'LOW', sign: 'EXPANSION_ARR' },
    {
      signs: { ...lowArr, ...lowSeats, productLinesOwned: 1, productLinesAvailable: 4 },
      level: 'HIGH',
      sign: 'PRODUCT_LINES',
    },
    { signs: { ...lowArr, ...lowLines, seatsUsed: 1, seatsAvailable: 10 }, level: 'HIGH', sign: 'SEATS' },
    {
      signs: { ...lowSeats, ...lowLines, arr: '10,000', expansionArr: '6,000' },
      level: 'MEDIUM',
      sign: 'EXPANSION_ARR',
    },
    {
      signs: { ...lowLines, arr: '10,000', expansionArr: '6,000', seatsUsed: 1, seatsAvailable: 10 },
      level: 'HIGH',
      sign: 'SEATS',
    },
  ])('$level by $sign', ({ signs, level, sign }) => {
    expect(potentialOf(signs)).toEqual({ level, sign, lowered: false });
  });

  test('and where nothing is known, nothing is', () => {
    expect(potentialOf({ arr: '60,000' })).toEqual({ level: null, sign: null, lowered: false });
  });
});

describe('a derived HIGH counts as MEDIUM', () => {
  const high = { seatsUsed: 1, seatsAvailable: 10 };

  test.each([
    { facts: { churnRisk: 'HIGH' as const }, level: 'MEDIUM', why: 'while churn risk is HIGH' },
    { facts: { churnRisk: 'MEDIUM' as const }, level: 'HIGH', why: 'but not while it is MEDIUM' },
    { facts: { healthScore: 39 }, level: 'MEDIUM', why: 'while health is below 40' },
    { facts: { healthScore: 40 }, level: 'HIGH', why: 'but not at 40' },
    { facts: { healthScore: 0 }, level: 'MEDIUM', why: 'health 0 is known and below 40' },
    { facts: {}, level: 'HIGH', why: 'but not where neither is known' },
  ])('$why', ({ facts, level }) => {
    expect(potentialOf({ ...high, ...facts })).toEqual({ level, sign: 'SEATS', lowered: level === 'MEDIUM' });
  });

  test.each([
    { signs: { seatsUsed: 5, seatsAvailable: 10 }, level: 'MEDIUM' },
    { signs: { seatsUsed: 10, seatsAvailable: 10 }, level: 'LOW' },
  ])('and a derived $level stays as it is', ({ signs, level }) => {
    expect(potentialOf({ ...signs, churnRisk: 'HIGH', healthScore: 10 })).toMatchObject({
      level,
      lowered: false,
    });
  });
});
