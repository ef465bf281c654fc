import { effectiveTier, type Standing } from './standing';
import { type Ladder, tierByKey } from './tier';
import { Ledger, type Move } from './tier-history';

/**
 * Carries a standing over to a new model's ladder, in which some keys have given way to their successors.
 * A tier that is gone cannot be held any longer, so this needs no grace; the new model's placement comes after.
 *
 * @param successors new key by dropped key
 */
export function succeedTiers(
  standing: Standing,
  successors: ReadonlyMap<string, string>,
  from: Ladder,
  to: Ladder,
): Move {
  const ledger = new Ledger(standing);
  const succeed = <K extends string | null>(key: K): K =>
    key === null ? key : ((successors.get(key) ?? key) as K);
  const { pending } = standing;
  const next: Standing = {
    ...standing,
    computed: succeed(standing.computed),
    held: succeed(standing.held),
    override: succeed(standing.override),
    pending: pending === null ? null : { ...pending, target: succeed(pending.target) },
  };
  const moved = effectiveTier(next) !== effectiveTier(standing);
  const before = moved ? effectiveTier(standing) : standing.held;
  const after = moved ? effectiveTier(next) : next.held;
  if (before !== null && after !== null && before !== after) {
    const fallen = ranksFallen(before, after, from, to) > 0;
    ledger.record(fallen ? 'DOWNGRADE' : 'UPGRADE', 'MODEL_PUBLISHED', next);
  } else if (next.pending?.target !== pending?.target) {
    ledger.record('DOWNGRADE_PENDING', 'MODEL_PUBLISHED', next);
  }
  return ledger.close();
}

/**
 * How many ranks lie between a tier before a model was published and one after it; negative for a rise. Both are
 * read off one ladder where one has them: the new one, or the old one for a tier that was dropped, since the ranks
 * of those that stay may have changed with that.
 */
export function ranksFallen(before: string, after: string, from: Ladder, to: Ladder): number {
  const isDropped = to.every(({ key }) => key !== before);
  const ladder = isDropped && from.some(({ key }) => key === after) ? from : to;
  return tierByKey(ladder, after).rank - tierByKey(isDropped ? from : to, before).rank;
}
