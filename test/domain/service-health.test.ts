import { DEFAULT_MODEL } from '../../src/domain/defaults';
import {
  type ServiceFigures,
  serviceFindings,
  type TierCost,
  type TierOwnership,
} from '../../src/domain/service-health';
import { HEALTH_CODES, HEALTH_THRESHOLDS } from '../../src/domain/tiering-health';

const WELL: TierOwnership = { noOwner: 0, ownerGone: 0, ownerLeaves: 0, coverageBroken: 0, noSponsor: 0 };
const SOUND: ServiceFigures = {
  staffing: {
    ownership: new Map(DEFAULT_MODEL.tiers.map(({ key }) => [key, WELL])),
    fte: new Map(DEFAULT_MODEL.tiers.map(({ key }) => [key, { needed: 2, assigned: 1.8 }])),
    topTier: { tier: 'strategic', share: 0.55, from: 0.5, to: 0.6, standing: 'WITHIN' },
  },
  costs: new Map(
    DEFAULT_MODEL.tiers.map(({ key }) => [key, { accounts: 100, overServed: 10, cost: 5n, justified: 5n }]),
  ),
};

/** "SEVERE NO_OWNER strategic" */
function found(figures: ServiceFigures): string[] {
  return serviceFindings(DEFAULT_MODEL, figures, HEALTH_THRESHOLDS).map(
    ({ severity, code, tier }) => `${severity} ${code} ${tier}`,
  );
}

type Staffing = NonNullable<ServiceFigures['staffing']>;
const staffed = (change: Partial<Staffing>): ServiceFigures =>
  SOUND.staffing === null ? SOUND : { ...SOUND, staffing: { ...SOUND.staffing, ...change } };
const owned = (tier: string, change: Partial<TierOwnership>): ServiceFigures =>
  staffed({ ownership: new Map([[tier, { ...WELL, ...change }]]) });
const costing = (change: Partial<TierCost>): ServiceFigures => ({
  ...SOUND,
  costs: new Map([['core', { accounts: 100, overServed: 10, cost: 5n, justified: 5n, ...change }]]),
});

test.each<[string, ServiceFigures, string[]]>([
  ['is in order on every line', SOUND, []],
  [
    'says nothing of owners where no CSM is known',
    { ...owned('strategic', { noOwner: 5 }), staffing: null },
    [],
  ],
  ['presses for an owner at the top', owned('strategic', { noOwner: 1 }), ['SEVERE NO_OWNER strategic']],
  ['asks for one further down', owned('scale', { noOwner: 1 }), ['WARNING NO_OWNER scale']],
  ['sees who is gone', owned('core', { ownerGone: 2 }), ['SEVERE OWNER_GONE core']],
  ['sees who is about to leave', owned('core', { ownerLeaves: 2 }), ['WARNING OWNER_LEAVES core']],
  [
    'sees a pool at the top',
    owned('strategic', { coverageBroken: 1, noSponsor: 1 }),
    ['WARNING COVERAGE_BROKEN strategic', 'WARNING NO_EXECUTIVE_SPONSOR strategic'],
  ],
  [
    'notices somebody at the bottom',
    owned('tech-touch', { coverageBroken: 1 }),
    ['NOTICE COVERAGE_BROKEN tech-touch'],
  ],
  [
    'misses FTE above a tenth of those needed',
    staffed({ fte: new Map([['core', { needed: 2, assigned: 1.79 }]]) }),
    ['WARNING CAPACITY_MISMATCH core'],
  ],
  [
    'misses none where none are needed',
    staffed({ fte: new Map([['core', { needed: 0, assigned: 0 }]]) }),
    [],
  ],
  [
    'weighs the top tier against its ARR',
    staffed({ topTier: { tier: 'strategic', share: 0.4, from: 0.5, to: 0.6, standing: 'BELOW' } }),
    ['WARNING CAPACITY_MISMATCH strategic'],
  ],
  ['lets a tenth of a tier cost too much', costing({ overServed: 10 }), []],
  ['warns above that', costing({ overServed: 11 }), ['WARNING COST_ABOVE_VALUE core']],
  [
    'presses where the whole tier costs too much',
    costing({ overServed: 11, cost: 6n }),
    ['SEVERE COST_ABOVE_VALUE core'],
  ],
])('service %s', (_, figures, expected) => {
  expect(found(figures)).toEqual(expected);
});

test('every finding says what it is about, and has a place in the list', () => {
  const all = serviceFindings(
    DEFAULT_MODEL,
    {
      ...owned('strategic', { noOwner: 1, ownerGone: 2, ownerLeaves: 1, coverageBroken: 1, noSponsor: 3 }),
      costs: costing({ overServed: 50 }).costs,
    },
    HEALTH_THRESHOLDS,
  );
  expect(all.map(({ figure, threshold, message }) => `${figure} of ${threshold}: ${message}`)).toEqual([
    '1 of 1: 1 account in Strategic has nobody who looks after it; assign a CSM or a pool',
    '2 of 1: 2 accounts in Strategic are still with somebody who works here no longer; hand them over',
    '1 of 1: 1 account in Strategic is with somebody who leaves within 30 days; name a successor',
    '1 of 1: 1 account in Strategic is with a pool and should have a named CSM',
    '3 of 1: 3 accounts in Strategic have no executive sponsor',
    '0.5 of 0.1: the service of 50.0% of the accounts in Core costs more than their ARR can justify; serve them lighter, or move their line',
  ]);
  for (const { code } of all) expect(HEALTH_CODES).toContain(code);
});
