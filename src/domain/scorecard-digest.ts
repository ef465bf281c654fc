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

/** 53 bits, as many as a number holds exactly: the whole of one sum of the text, and the upper part of another. */
function hash(text: string): number {
  let [one, other] = [OFFSET, 0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, FNV_PRIME);
    other = (Math.imul(other, 31) + code) | 0;
  }
  return (other >>> 11) * 2 ** 32 + (one >>> 0);
}

/** Of FNV-1a for 32 bits. */
const OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
