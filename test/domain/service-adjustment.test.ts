import { type Level } from '../../src/domain/account';
import { type Act } from '../../src/domain/act';
import { DEFAULT_MODEL } from '../../src/domain/defaults';
import { DomainError } from '../../src/domain/errors';
import {
  acceptAdjustment,
  type AdjustableAccount,
  type AdjustmentGrounds,
  checkGrounds,
  closeAdjustment,
  dismissAdjustment,
  endAdjustment,
  isOver,
  planProposals,
  proposedAdjustment,
  type ServiceAdjustment,
  setAdjustment,
} from '../../src/domain/service-adjustment';
import { UNPLACED } from '../../src/domain/standing';
import { day } from '../support/facts';

const act: Act = {
  actorId: 'a',
  actorName: 'A',
  today: day('2028-02-29'),
  now: '2028-02-29T12:00:00.000Z',
};
const later: Act = { ...act, today: day('2028-03-01'), now: '2028-03-01T12:00:00.000Z' };

interface Written {
  readonly held: string | null;
  readonly override?: string;
  readonly risk?: Level | null;
  readonly health?: number | null;
  readonly keptOut?: boolean;
  readonly churned?: boolean;
}

function account({
  held,
  override,
  risk = null,
  health = null,
  keptOut = false,
  churned = false,
}: Written): AdjustableAccount {
  return {
    values: { status: churned ? 'CHURNED' : 'ACTIVE', churnRisk: risk, healthScore: health },
    standing: { ...UNPLACED, computed: held, held, override: override ?? null, placed: held !== null },
    scorecard: {
      guardrails: keptOut ? [{ code: 'RISKY_WITHOUT_GROWTH', from: 'strategic', to: 'core' }] : [],
    },
  };
}

describe('the system proposes', () => {
  test.each<{ case: string; given: Written; grounds: AdjustmentGrounds | null }>([
    {
      case: 'EXTRA in the top tier at risk',
      given: { held: 'strategic', risk: 'HIGH' },
      grounds: 'TOP_TIER_AT_RISK',
    },
    {
      case: 'EXTRA where an override has it in the top tier',
      given: { held: 'core', override: 'strategic', risk: 'HIGH' },
      grounds: 'TOP_TIER_AT_RISK',
    },
    {
      case: 'EXTRA where risk without growth keeps it out of the top tier',
      given: { held: 'core', risk: 'HIGH', keptOut: true },
      grounds: 'KEPT_OUT_OF_TOP_TIER',
    },
    {
      case: 'EXTRA for the top tier while the grace lasts',
      given: { held: 'strategic', risk: 'HIGH', keptOut: true },
      grounds: 'TOP_TIER_AT_RISK',
    },
    {
      case: 'nothing where an override has it below the top tier and nothing else keeps it out',
      given: { held: 'strategic', override: 'core', risk: 'HIGH' },
      grounds: null,
    },
    { case: 'nothing for risk in the second tier', given: { held: 'core', risk: 'HIGH' }, grounds: null },
    { case: 'nothing for MEDIUM risk', given: { held: 'strategic', risk: 'MEDIUM' }, grounds: null },
    { case: 'nothing for unknown risk', given: { held: 'strategic' }, grounds: null },
    {
      case: 'LIGHTER in the second tier with a health of 80',
      given: { held: 'core', risk: 'LOW', health: 80 },
      grounds: 'HEALTHY_SECOND_TIER',
    },
    { case: 'nothing for 79', given: { held: 'core', risk: 'LOW', health: 79 }, grounds: null },
    {
      case: 'nothing for MEDIUM risk, however healthy',
      given: { held: 'core', risk: 'MEDIUM', health: 100 },
      grounds: null,
    },
    { case: 'nothing where risk is unknown', given: { held: 'core', health: 100 }, grounds: null },
    { case: 'nothing where health is unknown', given: { held: 'core', risk: 'LOW' }, grounds: null },
    {
      case: 'nothing for a healthy account in the third tier',
      given: { held: 'scale', risk: 'LOW', health: 100 },
      grounds: null,
    },
    {
      case: 'nothing for a healthy account in the top tier',
      given: { held: 'strategic', risk: 'LOW', health: 100 },
      grounds: null,
    },
    { case: 'nothing before placement', given: { held: null, risk: 'HIGH' }, grounds: null },
    {
      case: 'nothing for a churned account',
      given: { held: 'strategic', risk: 'HIGH', churned: true },
      grounds: null,
    },
  ])('$case', ({ given, grounds }) => {
    const proposal = proposedAdjustment(account(given), DEFAULT_MODEL);
    expect(proposal?.grounds ?? null).toBe(grounds);
    if (proposal !== null) {
      expect(proposal.kind).toBe(grounds === 'HEALTHY_SECOND_TIER' ? 'LIGHTER' : 'EXTRA');
    }
  });
});

const AT_RISK = account({ held: 'strategic', risk: 'HIGH' });
const CALM = account({ held: 'strategic', risk: 'LOW' });

function proposal(): ServiceAdjustment {
  const { added } = planProposals(AT_RISK, [], act, DEFAULT_MODEL);
  if (added === null) throw new Error('there are grounds');
  return added;
}

describe('a day', () => {
  const plan = (of: AdjustableAccount, known: readonly ServiceAdjustment[]): string[] => {
    const { changed, added } = planProposals(of, known, later, DEFAULT_MODEL);
    return [
      ...changed.map(({ after }) => `${after.status} ${after.end?.reason ?? ''} ${String(after.silences)}`),
      ...(added === null ? [] : [`${added.status} ${added.kind}`]),
    ];
  };
  const dismissed = dismissAdjustment(proposal(), null, act);
  const accepted = acceptAdjustment(proposal(), day('2028-04-01'), null, act, DEFAULT_MODEL);
  const own = setAdjustment('EXTRA', day('2028-04-01'), null, act, DEFAULT_MODEL);
  const lighter = setAdjustment('LIGHTER', day('2028-04-01'), null, act, DEFAULT_MODEL);

  test.each<{ case: string; of: AdjustableAccount; known: ServiceAdjustment[]; does: string[] }>([
    { case: 'proposes where there are grounds', of: AT_RISK, known: [], does: ['PROPOSED EXTRA'] },
    { case: 'proposes once', of: AT_RISK, known: [proposal()], does: [] },
    { case: 'does nothing without grounds', of: CALM, known: [], does: [] },
    {
      case: 'withdraws where the grounds are gone',
      of: CALM,
      known: [proposal()],
      does: ['WITHDRAWN GROUNDS_GONE false'],
    },
    {
      case: 'proposes anew where the grounds are others',
      of: account({ held: 'core', risk: 'HIGH', keptOut: true }),
      known: [proposal()],
      does: ['WITHDRAWN GROUNDS_GONE false', 'PROPOSED EXTRA'],
    },
    { case: 'leaves alone what was dismissed', of: AT_RISK, known: [dismissed], does: [] },
    {
      case: 'forgets what was dismissed when its grounds are gone',
      of: CALM,
      known: [dismissed],
      does: ['DISMISSED DECISION false'],
    },
    {
      case: 'proposes after an interruption',
      of: AT_RISK,
      known: [{ ...dismissed, silences: false }],
      does: ['PROPOSED EXTRA'],
    },
    { case: 'proposes nothing that is given already', of: AT_RISK, known: [accepted], does: [] },
    { case: 'nor what a person set', of: AT_RISK, known: [own], does: [] },
    {
      case: 'withdraws what a person has set meanwhile',
      of: AT_RISK,
      known: [own, proposal()],
      does: ['WITHDRAWN REPLACED false'],
    },
    { case: 'proposes the other kind', of: AT_RISK, known: [lighter], does: ['PROPOSED EXTRA'] },
    {
      case: 'leaves alone what a person has ended',
      of: AT_RISK,
      known: [endAdjustment(accepted, null, act)],
      does: [],
    },
    { case: 'leaves an active one without grounds alone', of: CALM, known: [accepted], does: [] },
  ])('$case', ({ of, known, does }) => {
    expect(plan(of, known)).toEqual(does);
  });
});

describe('a service adjustment', () => {
  const refusal = (work: () => unknown): string => {
    try {
      work();
      return 'done';
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return `${error.code} ${error.field.join('.')}`;
    }
  };

  test.each([
    { until: '2028-02-29', found: 'INVALID_VALUE until' },
    { until: '2028-03-01', found: 'done' },
    { until: '2028-08-27', found: 'done' },
    { until: '2028-08-28', found: 'INVALID_VALUE until' },
  ])('lasts 1 to 180 days: until $until $found', ({ until, found }) => {
    const terms = [day(until), null, act, DEFAULT_MODEL] as const;
    expect(refusal(() => acceptAdjustment(proposal(), ...terms))).toBe(found);
    expect(refusal(() => setAdjustment('LIGHTER', ...terms))).toBe(found);
  });

  test('that is decided cannot be decided again', () => {
    const until = day('2028-04-01');
    const accepted = acceptAdjustment(proposal(), until, ' Call weekly ', act, DEFAULT_MODEL);
    expect(accepted).toMatchObject({ status: 'ACTIVE', until, note: 'Call weekly', decided: act });
    const dismissed = dismissAdjustment(proposal(), 'No', act);
    for (const one of [accepted, dismissed]) {
      expect(refusal(() => acceptAdjustment(one, until, null, act, DEFAULT_MODEL))).toBe(
        'WRONG_STATUS adjustmentId',
      );
      expect(refusal(() => dismissAdjustment(one, null, act))).toBe('WRONG_STATUS adjustmentId');
    }
    expect(refusal(() => endAdjustment(dismissed, null, act))).toBe('WRONG_STATUS adjustmentId');
    expect(refusal(() => closeAdjustment(dismissed, act, 'EXPIRY'))).toBe('WRONG_STATUS adjustmentId');
    expect(refusal(() => endAdjustment(proposal(), null, act))).toBe('WRONG_STATUS adjustmentId');
  });

  test('is over on its last day', () => {
    const adjustment = setAdjustment('EXTRA', day('2028-03-10'), null, act, DEFAULT_MODEL);
    expect(isOver(adjustment, day('2028-03-09'))).toBe(false);
    expect(isOver(adjustment, day('2028-03-10'))).toBe(true);
    expect(isOver(proposal(), day('2030-01-01'))).toBe(false);
  });

  test.each<{ now: string; given: Written; refused: boolean }>([
    { now: 'holds', given: { held: 'strategic', risk: 'HIGH' }, refused: false },
    {
      now: 'asks for the same on other grounds',
      given: { held: 'core', risk: 'HIGH', keptOut: true },
      refused: true,
    },
    { now: 'holds no longer', given: { held: 'strategic', risk: 'MEDIUM' }, refused: true },
    { now: 'is about an account that left', given: { held: null, churned: true }, refused: true },
  ])('that was proposed for what $now: refused is $refused', ({ given, refused }) => {
    const { added } = planProposals(account({ held: 'strategic', risk: 'HIGH' }), [], act, DEFAULT_MODEL);
    if (added === null) throw new Error('there is something to propose');
    expect(added.grounds).toBe('TOP_TIER_AT_RISK');
    const check = (): void => {
      checkGrounds(added, account(given), DEFAULT_MODEL);
    };
    if (refused) expect(check).toThrow(expect.objectContaining({ code: 'WRONG_STATUS' }) as Error);
    else expect(check).not.toThrow();
  });

  test('that a person set and ended silences nothing', () => {
    const own = setAdjustment('EXTRA', day('2028-03-10'), null, act, DEFAULT_MODEL);
    expect(endAdjustment(own, 'Enough', act)).toMatchObject({ status: 'ENDED', silences: false });
  });
});
