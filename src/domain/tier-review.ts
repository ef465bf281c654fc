import { addDays, addMonths, type CalendarDate, daysBetween } from './calendar';
import { type Tier } from './tier';
import { type FirstReviewRules } from './tiering-model';

/**
 * When the first tier review after placement falls due (spec section 3): soon for the high tiers, where a
 * manager looks at what the rules did; spread over one cadence for accounts that came in with a file, so that
 * they do not all fall due at once.
 */
export function firstReviewDueOn(
  placedOn: CalendarDate,
  tier: Tier,
  rules: FirstReviewRules,
  fromFile: { readonly externalId: string } | null,
): CalendarDate {
  const cadenceEnd = addMonths(placedOn, tier.reviewCadenceMonths);
  if (fromFile !== null) {
    const days = daysBetween(placedOn, cadenceEnd);
    return addDays(placedOn, 1 + (hash(fromFile.externalId) % days));
  }
  return tier.rank <= rules.downToRank ? addDays(placedOn, rules.days) : cadenceEnd;
}

/** FNV-1a over the code units: spreads evenly, and is the same on every machine. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return state;
}
