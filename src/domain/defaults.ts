import { defaultPrograms } from './default-programs';
import { units } from './money';
import { type Ladder, type Threshold } from './tier';
import { type TieringModel } from './tiering-model';

function from(amount: number): Threshold {
  return { amount: units(amount), topPercent: null };
}

const LADDER: Ladder = [
  {
    rank: 1,
    key: 'strategic',
    name: 'Strategic',
    label: 'Enterprise',
    arrFrom: from(100_000),
    scoreFloor: 50,
    populationTarget: { from: 15, to: 20 },
    arrShareTarget: { from: 50, to: 70 },
    reviewCadenceMonths: 1,
  },
  {
    rank: 2,
    key: 'core',
    name: 'Core',
    label: 'Business',
    arrFrom: from(25_000),
    scoreFloor: 24,
    populationTarget: { from: 30, to: 40 },
    arrShareTarget: { from: 25, to: 35 },
    reviewCadenceMonths: 3,
  },
  {
    rank: 3,
    key: 'scale',
    name: 'Scale',
    label: 'Growth',
    arrFrom: from(5_000),
    scoreFloor: 8,
    populationTarget: { from: 40, to: 50 },
    arrShareTarget: { from: 10, to: 20 },
    reviewCadenceMonths: 3,
  },
  {
    rank: 4,
    key: 'tech-touch',
    name: 'Tech-Touch',
    label: 'Essentials',
    arrFrom: from(0),
    scoreFloor: 0,
    populationTarget: null,
    arrShareTarget: null,
    reviewCadenceMonths: 3,
  },
];

/** The built-in model (spec sections 2 to 7); every number can be changed in a later version. */
export const DEFAULT_MODEL: TieringModel = {
  version: 1,
  tiers: LADDER,
  criteria: [
    {
      key: 'CURRENT_ARR',
      weight: 40,
      bands: [
        { from: from(100_000), points: 100 },
        { from: from(50_000), points: 75 },
        { from: from(25_000), points: 60 },
        { from: from(10_000), points: 35 },
        { from: from(5_000), points: 20 },
        { from: from(0), points: 0 },
      ],
    },
    { key: 'EXPANSION_POTENTIAL', weight: 30, points: { LOW: 0, MEDIUM: 50, HIGH: 100 } },
    { key: 'STRATEGIC_VALUE', weight: 20, pointsPerFactor: 25 },
    { key: 'PRODUCT_COMPLEXITY', weight: 10, pointsByCount: [0, 35, 70, 100] },
  ],
  missingFacts: 'LOWEST_BAND',
  expansion: {
    assessmentMonths: 12,
    highMultiple: 3,
    mediumMultiple: 1.5,
    highBelowSeatShare: 0.3,
    cautiousBelowHealth: 40,
  },
  guardrails: {
    strategicDesignation: true,
    notPaying: true,
    keyAccountFrom: units(500_000),
    arrOnly: true,
    liftLimit: 1,
    dropLimit: 1,
    topTierStrategicFactors: 2,
    riskyWithoutGrowth: true,
  },
  grace: {
    noticeDays: 90,
    longestDays: 455,
    withoutRenewalDays: 180,
    notPayingDays: 30,
    afterOverrideDays: 30,
    correctionDays: 14,
    defaultTermMonths: 12,
  },
  firstReview: { days: 14, downToRank: 2 },
  reviews: {
    arrChangePercent: 25,
    healthChangePoints: 20,
    overrideEndsWithinDays: 30,
    escalationDays: 14,
    selfConfirmingFromRank: 3,
    longestExtensionDays: 365,
  },
  overrides: { longestDays: 365, leastNoteLength: 10 },
  adjustments: { longestDays: 180, factors: { EXTRA: 1.5, LIGHTER: 0.75 }, lighterFromHealth: 80 },
  capacity: {
    relationshipFactor: 1.25,
    underBelow: 60,
    healthyBelow: 85,
    fullTo: 100,
    topTierSharePoints: 10,
  },
  assignment: {
    renewalLockDays: 30,
    onboardingLockDays: 90,
    ownerChangeLockDays: 90,
    leavingWithinDays: 30,
  },
  interventions: {
    healthBelow: 40,
    fallPoints: 30,
    fallDays: 30,
    usageAbovePercent: 80,
    relationshipFacts: 2,
  },
  programs: defaultPrograms(LADDER),
  successors: {},
};

/** The sections that came into the model after its first published versions. */
type LaterSection =
  | 'reviews'
  | 'overrides'
  | 'adjustments'
  | 'capacity'
  | 'assignment'
  | 'interventions'
  | 'programs'
  | 'successors';

/** A definition as it was stored; one of an earlier release lacks the sections that came later. */
export type StoredModel = Omit<TieringModel, LaterSection> & Partial<Pick<TieringModel, LaterSection>>;

/** The model of a stored definition: a section that it lacks has the defaults, which were in force all along. */
export function completeModel(definition: StoredModel): TieringModel {
  const { reviews, overrides, adjustments, capacity, assignment, interventions, successors } = DEFAULT_MODEL;
  return {
    reviews,
    overrides,
    adjustments,
    capacity,
    assignment,
    interventions,
    successors,
    ...definition,
    programs: defaultPrograms(definition.tiers, definition.programs),
  };
}
