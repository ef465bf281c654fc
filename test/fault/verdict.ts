/** What a run has left behind. */
export interface Evidence {
  /** What clients were told: keys of writes, and the ARR that they set last. */
  readonly acknowledged: {
    readonly overrides: ReadonlySet<string>;
    readonly touches: ReadonlySet<string>;
    readonly arr: ReadonlyMap<string, string>;
  };
  /** What the book holds: a key for each row. */
  readonly stored: {
    readonly overrides: readonly string[];
    readonly touches: readonly string[];
    readonly arr: ReadonlyMap<string, string>;
  };
  /** All events in their order. */
  readonly events: readonly { readonly id: string; readonly account: string | null }[];
  /** The ids of the events that the endpoint has accepted, in its order, repeats among them. */
  readonly received: readonly string[];
  /** The ids of the events that a subscription has given, in its order. */
  readonly followed: readonly string[];
  /** Refusals of what was right. */
  readonly wrong: readonly string[];
  /** How often the primary was away, and how often a server said so. */
  readonly outages: number;
  readonly readinessNoticed: number;
  /** Processes that do not run any more though nobody has ended them. */
  readonly ended: readonly string[];
}

const MOST_NAMED = 5;

/** What does not hold of it; empty where all does. */
export function verdict(evidence: Evidence): string[] {
  const { acknowledged, stored, events, received, followed, outages, readinessNoticed } = evidence;
  const lost = (what: 'overrides' | 'touches'): string[] => {
    const there = new Set(stored[what]);
    return [...acknowledged[what]].filter((key) => !there.has(key));
  };
  const twice = (keys: readonly string[]): string[] => {
    const seen = new Set<string>();
    return keys.filter((key) => seen.size === seen.add(key).size);
  };
  const otherArr = [...acknowledged.arr].filter(([account, arr]) => stored.arr.get(account) !== arr);
  const known = new Set(received);
  const ids = events.map(({ id }) => id);
  return [
    ...named('overrides were acknowledged and are lost', lost('overrides')),
    ...named('touches were acknowledged and are lost', lost('touches')),
    ...named('overrides were made twice for one key', twice(stored.overrides)),
    ...named('touches were logged twice for one key', twice(stored.touches)),
    ...named(
      'accounts do not have the ARR that was acknowledged last',
      otherArr.map(([account]) => account),
    ),
    ...named(
      'events never reached the endpoint',
      ids.filter((id) => !known.has(id)),
    ),
    ...named('accounts had their events delivered out of order', outOfOrder(events, received)),
    ...named('events were followed twice', twice(followed)),
    ...(followed.join() === ids.join()
      ? []
      : [`the events that were followed are not those of the book: ${followed.length} of ${ids.length}`]),
    ...named('refusals of what was right', evidence.wrong),
    ...(readinessNoticed < outages
      ? [`only ${readinessNoticed} of ${outages} outages showed in /readyz`]
      : []),
    ...named('processes have ended by themselves', evidence.ended),
  ];
}

/** Accounts of which an event was accepted for the first time after a later one. */
function outOfOrder(events: Evidence['events'], received: readonly string[]): string[] {
  const accountOf = new Map(events.map(({ id, account }) => [id, account ?? 'none']));
  const positionOf = new Map(events.map(({ id }, position) => [id, position]));
  const last = new Map<string, number>();
  const wrong = new Set<string>();
  for (const id of new Set(received)) {
    const [account, position] = [accountOf.get(id), positionOf.get(id)];
    if (account === undefined || position === undefined) continue;
    if (position < (last.get(account) ?? -1)) wrong.add(account);
    last.set(account, position);
  }
  return [...wrong];
}

function named(what: string, which: readonly string[]): string[] {
  if (which.length === 0) return [];
  return [`${which.length} ${what}: ${which.slice(0, MOST_NAMED).join(', ')}`];
}
