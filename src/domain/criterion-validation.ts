import { LEVELS, PRODUCT_COMPLEXITY_FACTS } from './account';
import { type ModelCheck } from './model-check';
import { formatHundredths, hundredthsOf } from './money';
import { checkFalling } from './threshold-validation';
import { type Criterion, CRITERION_KEYS } from './tiering-model';

const MOST_ARR_BANDS = 10;

/** That the weights add up to 100, and that more of a fact never gives fewer points. */
export function checkCriteria(check: ModelCheck, criteria: readonly Criterion[]): void {
  const seen = new Set<string>();
  let sum = 0;
  for (const criterion of criteria) {
    const path = ['criteria', criterion.key];
    if (seen.has(criterion.key) || !CRITERION_KEYS.includes(criterion.key)) {
      check.error(
        'CRITERION_TWICE',
        path,
        `the criterion ${criterion.key} comes twice; leave one of them out`,
      );
    }
    seen.add(criterion.key);
    check.number([...path, 'weight'], criterion.weight, { above: 0, to: 100 });
    sum += hundredthsOf(criterion.weight);
    checkPoints(check, criterion, path);
  }
  if (sum !== 10_000) {
    const largest = criteria.reduce<Criterion | null>(
      (most, one) => (most === null || one.weight > most.weight ? one : most),
      null,
    );
    check.error(
      'WEIGHTS_NOT_100',
      largest === null ? ['criteria'] : ['criteria', largest.key, 'weight'],
      `the weights add up to ${formatHundredths(sum)}; they must add up to exactly 100.00, so change them by ${formatHundredths(10_000 - sum)} in all`,
    );
  }
}

function checkPoints(check: ModelCheck, criterion: Criterion, path: readonly string[]): void {
  switch (criterion.key) {
    case 'CURRENT_ARR': {
      const { bands } = criterion;
      const at = (index: number): string[] => [...path, 'bands', String(index)];
      if (bands.length === 0 || bands.length > MOST_ARR_BANDS) {
        check.error(
          'OUT_OF_RANGE',
          [...path, 'bands'],
          `the current ARR has ${bands.length} bands; it needs 1 to ${MOST_ARR_BANDS}`,
        );
      }
      checkFalling(
        check,
        bands.map(({ from }, index) => ({ threshold: from, path: [...at(index), 'arrFrom'] })),
        'BANDS',
        'the ARR bands',
      );
      checkRising(
        check,
        bands.map(({ points }, index) => ({ points, path: [...at(index), 'points'] })).reverse(),
        'points must not fall while the ARR rises',
      );
      return;
    }
    case 'EXPANSION_POTENTIAL':
      checkRising(
        check,
        LEVELS.map((level) => ({ points: criterion.points[level], path: [...path, 'points', level] })),
        'points must not fall from LOW over MEDIUM to HIGH',
      );
      return;
    case 'STRATEGIC_VALUE':
      check.number([...path, 'pointsPerFactor'], criterion.pointsPerFactor, { from: 0, to: 100 });
      return;
    case 'PRODUCT_COMPLEXITY': {
      const wanted = PRODUCT_COMPLEXITY_FACTS.length + 1;
      if (criterion.pointsByCount.length !== wanted) {
        check.error(
          'OUT_OF_RANGE',
          [...path, 'pointsByCount'],
          `pointsByCount has ${criterion.pointsByCount.length} entries; it needs ${wanted}, for 0 to ${wanted - 1} facts`,
        );
      }
      checkRising(
        check,
        criterion.pointsByCount.map((points, count) => ({
          points,
          path: [...path, 'pointsByCount', String(count)],
        })),
        'points must not fall while more facts hold',
      );
    }
  }
}

/** Points lie from 0 to 100 and never fall, in the order given. */
function checkRising(
  check: ModelCheck,
  table: readonly { readonly points: number; readonly path: readonly string[] }[],
  rule: string,
): void {
  let before = 0;
  for (const { points, path } of table) {
    if (!check.number(path, points, { from: 0, to: 100 })) continue;
    if (points < before) {
      check.error('POINTS_NOT_MONOTONE', path, `${path.join('.')} is ${points} after ${before}; ${rule}`);
    }
    before = points;
  }
}
