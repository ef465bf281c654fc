import { type EngagementProgram, findProgram, type WholeRange } from './engagement-program';
import { TEN_YEARS_OF_MONTHS } from './ladder-validation';
import { type ModelCheck } from './model-check';
import { type TieringModel } from './tiering-model';

const MOST_ACCOUNTS_PER_CSM = 10_000;
const MOST_DAYS = 730;
const MOST_HOURS = 1_000;
const MOST_NOTICES = 12;

/**
 * That each program can be followed, and belongs to a tier (spec section 2.5). A tier that was given none has a
 * built-in one by now.
 */
export function checkPrograms(check: ModelCheck, { tiers, programs }: TieringModel): void {
  for (const { key } of tiers) {
    const program = findProgram({ programs }, key);
    if (program !== null) checkProgram(check, program, ['programs', key]);
  }
  for (const key of Object.keys(programs)) {
    if (tiers.some((tier) => tier.key === key)) continue;
    check.error(
      'BAD_KEY',
      ['programs', key.slice(0, 40)],
      `there is no tier "${key.slice(0, 40)}"; name one of ${tiers.map((tier) => tier.key).join(', ')}`,
    );
  }
}

function checkProgram(check: ModelCheck, program: EngagementProgram, path: readonly string[]): void {
  const { accountsPerCsm, businessReviews, coverage, firstResponse, renewalNoticeDays, touches } = program;
  if ((accountsPerCsm === null) !== (coverage.length === 0)) {
    check.error(
      'PROGRAM_UNCLEAR',
      [...path, 'accountsPerCsm'],
      coverage.length === 0
        ? `${path.join('.')} has no coverage, so it must have no accountsPerCsm either; give null`
        : `${path.join('.')} is looked after by CSMs, so accountsPerCsm must say how many accounts one of them takes`,
    );
  }
  if (accountsPerCsm !== null) {
    checkRange(check, accountsPerCsm, [...path, 'accountsPerCsm'], 1, MOST_ACCOUNTS_PER_CSM);
  }
  if (touches.everyDays !== null) {
    checkRange(check, touches.everyDays, [...path, 'touches', 'everyDays'], 1, MOST_DAYS);
  }
  checkOnboarding(check, touches.onboarding, [...path, 'touches', 'onboarding']);
  if (businessReviews !== null) {
    const where = [...path, 'businessReviews'];
    const { everyMonths, smaller } = businessReviews;
    check.whole([...where, 'everyMonths'], everyMonths, { from: 1, to: TEN_YEARS_OF_MONTHS });
    if (smaller !== null) {
      check.money([...where, 'smaller', 'belowArr'], smaller.belowArr);
      const least = Number.isInteger(everyMonths) ? Math.max(everyMonths, 1) : 1;
      check.whole([...where, 'smaller', 'everyMonths'], smaller.everyMonths, {
        from: least,
        to: TEN_YEARS_OF_MONTHS,
      });
    }
  }
  checkRange(check, firstResponse.within, [...path, 'firstResponse', 'within'], 0, MOST_HOURS);
  if (firstResponse.within.to === 0 && firstResponse.unit !== 'BUSINESS_DAY') {
    check.error(
      'PROGRAM_UNCLEAR',
      [...path, 'firstResponse', 'within', 'to'],
      `${path.join('.')} promises an answer within 0 hours or days; give at least 1`,
    );
  }
  checkNotices(check, renewalNoticeDays, [...path, 'renewalNoticeDays']);
  if (program.costPercent !== null) {
    check.number([...path, 'costPercent'], program.costPercent, { above: 0, to: 100 });
  }
  for (const list of [
    'coverage',
    'training',
    'planning',
    'expansion',
    'extras',
    'digitalPrograms',
  ] as const) {
    checkOnce(check, program[list], [...path, list]);
  }
}

function checkRange(
  check: ModelCheck,
  range: WholeRange,
  path: readonly string[],
  least: number,
  most: number,
): void {
  check.whole([...path, 'from'], range.from, { from: least, to: most });
  check.whole([...path, 'to'], range.to, { from: least, to: most });
  if (range.from <= range.to) return;
  check.error(
    'PROGRAM_UNCLEAR',
    path,
    `${path.join('.')} goes from ${range.from} to ${range.to}; from must not be above to`,
  );
}

function checkOnboarding(
  check: ModelCheck,
  steps: EngagementProgram['touches']['onboarding'],
  path: readonly string[],
): void {
  steps.forEach(({ untilDay, everyDays }, index) => {
    const where = [...path, String(index)];
    check.whole([...where, 'untilDay'], untilDay, { from: 1, to: MOST_DAYS });
    check.whole([...where, 'everyDays'], everyDays, { from: 1, to: MOST_DAYS });
    const before = steps[index - 1];
    if (before === undefined || untilDay > before.untilDay) return;
    check.error(
      'PROGRAM_UNCLEAR',
      [...where, 'untilDay'],
      `${path.join('.')} has day ${untilDay} after day ${before.untilDay}; put the steps in the order of their days`,
    );
  });
}

function checkNotices(check: ModelCheck, days: readonly number[], path: readonly string[]): void {
  if (days.length > MOST_NOTICES) {
    check.error(
      'PROGRAM_UNCLEAR',
      path,
      `${path.join('.')} has ${days.length} notices; ${MOST_NOTICES} are the most`,
    );
  }
  for (const day of days) check.whole(path, day, { from: 0, to: MOST_DAYS });
  checkOnce(check, days, path);
}

function checkOnce(check: ModelCheck, entries: readonly (string | number)[], path: readonly string[]): void {
  const twice = entries.find((entry, index) => entries.indexOf(entry) !== index);
  if (twice === undefined) return;
  check.error('NOT_UNIQUE', path, `${path.join('.')} names ${twice} twice; once is enough`);
}
