import { type MissingCapacity, type MissingCause, type PlannedAccount } from './assignment-plan';
import { type Demand, type DemandGroup, isToCover } from './plan-demand';
import { covers, speaks } from './plan-fit';
import { shift } from './plan-program';
import { byId, type Carrier, compare, isAbove, LOAD_TOLERANCE, type PlanStaff } from './plan-staff';
import { isSameOwner, type Owner } from './portfolio';
import { type TieringModel } from './tiering-model';

interface Left {
  readonly demand: Demand;
  readonly staff: PlanStaff;
  /** The loads after the plan. */
  readonly loads: ReadonlyMap<Carrier, number>;
  /** The accounts that the plan gives to somebody. */
  readonly taken: ReadonlySet<PlannedAccount>;
  readonly moveBudget: number | null;
  readonly model: TieringModel;
}

/** What the demands lack that the plan leaves open, by cause (spec section 7). */
export function missingOf(left: Left): MissingCapacity[] {
  return [...uncovered(left), ...unrelieved(left)];
}

function uncovered(left: Left): MissingCapacity[] {
  const byCause = new Map<string, { cause: MissingCause; accounts: PlannedAccount[] }>();
  for (const group of left.demand.groups) {
    if (!isToCover(group.occasion)) continue;
    for (const account of group.accounts) {
      if (left.taken.has(account)) continue;
      const cause = causeOf(account, group, left);
      const { language, region } = namedBy(cause, account);
      const key = JSON.stringify([cause, account.tier, language, region]);
      const known = byCause.get(key);
      if (known) known.accounts.push(account);
      else byCause.set(key, { cause, accounts: [account] });
    }
  }
  const ranks = new Map(left.model.tiers.map(({ key, rank }) => [key, rank]));
  return [...byCause.values()]
    .map(({ cause, accounts }): MissingCapacity => {
      const ordered = [...accounts].sort(byId);
      const [first] = ordered;
      const tier = first?.tier ?? null;
      const named = first === undefined ? { language: null, region: null } : namedBy(cause, first);
      const fte = ordered.reduce((sum, { load }) => sum + load, 0);
      return {
        demand: 'COVERAGE',
        cause,
        tier,
        ...named,
        csm: null,
        fte,
        accountIds: ordered.map(({ id }) => id),
        text: textOf(cause, ordered.length, fte, left.model, tier, named),
      };
    })
    .sort(
      (a, b) =>
        (ranks.get(a.tier ?? '') ?? 0) - (ranks.get(b.tier ?? '') ?? 0) ||
        b.fte - a.fte ||
        compare(a.text, b.text),
    );
}

/** Why nobody takes the account. */
function causeOf(
  account: PlannedAccount,
  group: DemandGroup,
  { staff, loads, moveBudget }: Left,
): MissingCause {
  if (group.candidates.length === 0) return misfitOf(account, staff);
  const hasRoom = group.candidates.some((candidate) =>
    [...shift(group, candidate, staff)].every(
      ([carrier, load]) => load <= 0 || (loads.get(carrier) ?? 0) + load <= carrier.limit + LOAD_TOLERANCE,
    ),
  );
  return group.owner !== null && moveBudget !== null && hasRoom ? 'MOVE_BUDGET' : 'FTE';
}

/** What those lack who are there: anybody at all, somebody of the language or region, or room. */
function misfitOf(account: PlannedAccount, staff: PlanStaff): MissingCause {
  const people = staff.carriers
    .map(({ csm }) => csm)
    .filter(({ externalId }) => {
      const owner: Owner = { kind: 'CSM', externalId };
      const isPresent = account.owner !== null && isSameOwner(account.owner, owner);
      return !isPresent && !staff.isLeaving(owner);
    });
  if (people.length === 0) return 'STAFF';
  const isSpoken = people.some((csm) => speaks(csm, account));
  const isCovered = people.some((csm) => covers(csm, account));
  if (!isSpoken) return isCovered ? 'LANGUAGE' : 'LANGUAGE_AND_REGION';
  if (!isCovered) return 'REGION';
  return people.some((csm) => speaks(csm, account) && covers(csm, account)) ? 'FTE' : 'LANGUAGE_AND_REGION';
}

/** The CSMs whom the plan leaves above their limit. */
function unrelieved({ demand, staff, loads, taken, moveBudget, model }: Left): MissingCapacity[] {
  return staff.carriers.flatMap((carrier): MissingCapacity[] => {
    const load = loads.get(carrier) ?? 0;
    if (!isAbove({ load, limit: carrier.limit })) return [];
    const carries = ({ owner }: { readonly owner: PlannedAccount['owner'] }): boolean =>
      staff.partsOf(owner).some((one) => one.carrier === carrier);
    const groups = demand.groups.filter(carries);
    const stay = groups.flatMap(({ accounts }) => accounts.filter((account) => !taken.has(account)));
    const locked = demand.locked.filter(carries);
    const causes = groups.flatMap((group) =>
      group.accounts
        .filter((account) => !taken.has(account))
        .map((account) => causeOf(account, group, { demand, staff, loads, taken, moveBudget, model })),
    );
    const cause = MOST_TELLING.find((one) => causes.includes(one)) ?? 'LOCKED';
    const fte = load - carrier.limit;
    return [
      {
        demand: 'RELIEF',
        cause,
        tier: null,
        language: null,
        region: null,
        csm: carrier.csm.externalId,
        fte,
        accountIds: [...(cause === 'LOCKED' ? locked : stay)].sort(byId).map(({ id }) => id),
        text: `${carrier.csm.name} stays ${places(fte)} FTE above the limit: ${RELIEF_TEXTS[cause]}`,
      },
    ];
  });
}

/** Where several things stand in the way of relief, the first of them is told. */
const MOST_TELLING: readonly MissingCause[] = [
  'MOVE_BUDGET',
  'FTE',
  'LANGUAGE_AND_REGION',
  'LANGUAGE',
  'REGION',
  'STAFF',
];

const RELIEF_TEXTS: Readonly<Record<MissingCause, string>> = {
  STAFF: 'nobody else is there',
  LANGUAGE: 'nobody else speaks the language of the accounts that could go',
  REGION: 'nobody else covers the region of the accounts that could go',
  LANGUAGE_AND_REGION: 'nobody else has both the language and the region of the accounts that could go',
  FTE: 'nobody who fits has room for the accounts that could go',
  MOVE_BUDGET: 'the move budget is used up',
  LOCKED: 'the accounts are locked where they are, or were not asked for',
};

function namedBy(
  cause: MissingCause,
  { language, region }: PlannedAccount,
): { readonly language: string | null; readonly region: string | null } {
  const isBoth = cause === 'LANGUAGE_AND_REGION';
  return {
    language: isBoth || cause === 'LANGUAGE' ? language : null,
    region: isBoth || cause === 'REGION' ? region : null,
  };
}

function textOf(
  cause: MissingCause,
  accounts: number,
  fte: number,
  { tiers }: TieringModel,
  tier: string | null,
  { language, region }: { readonly language: string | null; readonly region: string | null },
): string {
  const name = tiers.find(({ key }) => key === tier)?.name ?? tier ?? '';
  const who = `${accounts} ${name} ${accounts === 1 ? 'account' : 'accounts'}`;
  switch (cause) {
    case 'STAFF':
      return `${who}: no CSM is there to take them`;
    case 'LANGUAGE':
      return `${who}: no CSM speaks ${language ?? ''}`;
    case 'REGION':
      return `${who}: no CSM covers ${region ?? ''}`;
    case 'LANGUAGE_AND_REGION':
      return `${who}: no CSM both speaks ${language ?? 'the language'} and covers ${region ?? 'the region'}`;
    case 'MOVE_BUDGET':
      return `${who}: the move budget is used up`;
    case 'FTE':
    case 'LOCKED':
      return `${who}: ${places(fte)} FTE are missing among those who fit`;
  }
}

function places(fte: number): string {
  return fte.toFixed(2);
}
