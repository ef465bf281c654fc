import { isReadable } from './account-field';
import { type ModelCheck } from './model-check';
import { formatHundredths, hundredthsOf } from './money';
import { checkFalling } from './threshold-validation';
import { type ShareTarget, type Tier } from './tier';
import { type TieringModel } from './tiering-model';

const LEAST_TIERS = 3;
export const MOST_TIERS = 5;
/** More tiers than this are over-segmentation (spec section 2.1). */
export const TIERS_BEFORE_WARNING = 4;
/** The most months between two reviews, or that an assessment counts for. */
export const TEN_YEARS_OF_MONTHS = 120;

const TIER_KEY = /^[a-z][a-z0-9-]{0,29}$/;
const LONGEST_NAME = 60;

/** How many tiers there are and what each is called, that lines and floors fall to 0, and that targets can be met. */
export function checkLadder(check: ModelCheck, { tiers }: TieringModel): void {
  if (tiers.length < LEAST_TIERS || tiers.length > MOST_TIERS) {
    check.error(
      'TIER_COUNT',
      ['ladder'],
      `the ladder has ${tiers.length} tiers; it needs ${LEAST_TIERS} to ${MOST_TIERS}`,
    );
  } else if (tiers.length > TIERS_BEFORE_WARNING) {
    check.warning(
      'OVER_SEGMENTED',
      ['ladder'],
      `the ladder has ${tiers.length} tiers; more than ${TIERS_BEFORE_WARNING} are hard to tell apart in service, so merge two unless they are served differently`,
    );
  }
  tiers.forEach((tier, index) => {
    checkTier(check, tier, index);
  });
  checkUnique(check, tiers, 'key');
  checkUnique(check, tiers, 'name');
  checkUnique(check, tiers, 'label');
  checkFalling(
    check,
    tiers.map(({ arrFrom, key }) => ({ threshold: arrFrom, path: ['ladder', key, 'arrFrom'] })),
    'LADDER',
    'the ladder',
  );
  tiers.forEach((tier, index) => {
    const above = tiers[index - 1];
    if (above !== undefined && tier.scoreFloor >= above.scoreFloor) {
      check.error(
        'FLOORS_NOT_FALLING',
        ['ladder', tier.key, 'scoreFloor'],
        `the score floor of "${tier.key}" is ${tier.scoreFloor} and that of "${above.key}" above it ${above.scoreFloor}; floors must fall with the rank, so give it less than ${above.scoreFloor}`,
      );
    }
  });
  const lowest = tiers.at(-1);
  if (lowest !== undefined && lowest.scoreFloor !== 0) {
    check.error(
      'FLOORS_NOT_TO_ZERO',
      ['ladder', lowest.key, 'scoreFloor'],
      `the score floor of the lowest tier "${lowest.key}" is ${lowest.scoreFloor}; it must be 0, or accounts would fall through`,
    );
  }
  checkTargets(check, tiers, 'populationTarget', 'accounts');
  checkTargets(check, tiers, 'arrShareTarget', 'ARR');
}

function checkTier(check: ModelCheck, tier: Tier, index: number): void {
  const path = ['ladder', tier.key === '' ? String(index) : tier.key];
  if (!TIER_KEY.test(tier.key)) {
    check.error(
      'BAD_KEY',
      ['ladder', String(index), 'key'],
      `"${tier.key.slice(0, 40)}" cannot be the key of a tier; take up to 30 small letters, digits and hyphens, a letter first, such as "tech-touch"`,
    );
  }
  for (const field of ['name', 'label'] as const) {
    const text = tier[field];
    if (text.trim() === '' || text !== text.trim() || text.length > LONGEST_NAME || !isReadable(text)) {
      check.error(
        'BAD_TEXT',
        [...path, field],
        `the ${field} of "${tier.key}" must have 1 to ${LONGEST_NAME} readable characters, without spaces at its ends`,
      );
    }
  }
  check.number([...path, 'scoreFloor'], tier.scoreFloor, { from: 0, to: 100 });
  check.whole([...path, 'reviewCadenceMonths'], tier.reviewCadenceMonths, {
    from: 1,
    to: TEN_YEARS_OF_MONTHS,
  });
}

function checkUnique(check: ModelCheck, tiers: readonly Tier[], field: 'key' | 'name' | 'label'): void {
  const seen = new Map<string, number>();
  tiers.forEach((tier, index) => {
    const text = tier[field].trim().toLowerCase();
    const first = seen.get(text);
    if (first === undefined) seen.set(text, index);
    else {
      check.error(
        'NOT_UNIQUE',
        ['ladder', field === 'key' ? String(index) : tier.key, field],
        `two tiers have the ${field} "${tier[field]}"; give each its own`,
      );
    }
  });
}

function checkTargets(
  check: ModelCheck,
  tiers: readonly Tier[],
  field: 'populationTarget' | 'arrShareTarget',
  what: string,
): void {
  const targets: ShareTarget[] = [];
  for (const tier of tiers) {
    const target = tier[field];
    if (target === null) continue;
    const path = ['ladder', tier.key, field];
    const isSound =
      check.number([...path, 'from'], target.from, { from: 0, to: 100 }) &&
      check.number([...path, 'to'], target.to, { from: 0, to: 100 });
    if (!isSound) return;
    if (target.from > target.to) {
      check.error(
        'TARGETS_IMPOSSIBLE',
        path,
        `the ${field} of "${tier.key}" goes from ${target.from} to ${target.to}; from must not be above to`,
      );
      return;
    }
    targets.push(target);
  }
  const least = targets.reduce((sum, { from }) => sum + hundredthsOf(from), 0);
  if (least > 10_000) {
    check.error(
      'TARGETS_IMPOSSIBLE',
      ['ladder', field],
      `the tiers ask for at least ${formatHundredths(least)}% of the ${what}, which is more than there is; lower some of ${field}.from`,
    );
  }
  const most = targets.reduce((sum, { to }) => sum + hundredthsOf(to), 0);
  if (targets.length === tiers.length && most < 10_000) {
    check.error(
      'TARGETS_IMPOSSIBLE',
      ['ladder', field],
      `the tiers take at most ${formatHundredths(most)}% of the ${what}, so some would have no place; raise some of ${field}.to, or give the lowest tier no target`,
    );
  }
}
