import { type Scorecard } from './scorecard';

/**
 * A number that stands for everything a scorecard says: two that say the same have the same one, and two of one
 * account that differ have different ones for all practical purposes. A whole book can be compared by it without
 * reading its scorecards.
 */
export function digestOf(card: Scorecard): number {
  let text = `${card.modelVersion}|${card.total}|${card.completeness}|${card.scoreTier}|${card.ladderTier}|${
    card.computedTier ?? ''
  }|${card.provisional}|${card.opensReview}|${card.expansionPotential ?? ''}`;
  for (const { key, fact, points, weight, contribution, missing } of card.criteria) {
    text += `|${key}|${fact ?? ''}|${points}|${weight}|${contribution}|${missing}`;
  }
  for (const { code, from, to } of card.guardrails) text += `|${code}|${from}|${to}`;
  return hash(text);
}

/** cyrb53: 53 bits, as many as a number holds exactly. */
function hash(text: string): number {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 2_654_435_761);
    other = Math.imul(other ^ code, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(other ^ (other >>> 13), 3_266_489_909);
  other = Math.imul(other ^ (other >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & other) + (one >>> 0);
}
