import { type WrittenFacts } from './facts';

/** A case of the spec, section 2.4. Facts that are not named are known and say no, save where nothing else is known. */
export interface PlacementCase {
  readonly case: string;
  readonly facts: WrittenFacts;
  readonly nothingElse?: boolean;
  readonly total: string;
  readonly placed: string;
  /** The guardrails that acted. */
  readonly by?: readonly string[];
  readonly review?: boolean;
}

export const ALL_STRATEGIC = {
  logoValue: true,
  referencePotential: true,
  marketInfluence: true,
  partnershipOpportunity: true,
};
export const ALL_COMPLEX = { advancedFeatures: true, severalIntegrations: true, customConfiguration: true };

const low = { expansionAssessment: 'LOW' } as const;
const medium = { expansionAssessment: 'MEDIUM' } as const;
const high = { expansionAssessment: 'HIGH' } as const;
const atRisk = { churnRisk: 'HIGH' } as const;

export const PLACEMENT_CASES: readonly PlacementCase[] = [
  {
    case: 'big, stuck, at risk',
    facts: { arr: '150,000', ...low, ...atRisk },
    total: '40.00',
    placed: 'core',
  },
  { case: 'small, could triple', facts: { arr: '40,000', ...high }, total: '54.00', placed: 'strategic' },
  { case: 'big, no room', facts: { arr: '120,000', ...low }, total: '40.00', placed: 'core' },
  {
    case: 'big, no room, complex',
    facts: { arr: '120,000', ...low, ...ALL_COMPLEX },
    total: '50.00',
    placed: 'core',
    by: ['TOP_TIER_NEEDS_PROMISE'],
  },
  {
    case: 'tiny, designated',
    facts: {
      arr: '4,000',
      ...low,
      logoValue: true,
      partnershipOpportunity: true,
      strategicDesignation: true,
    },
    total: '10.00',
    placed: 'strategic',
    by: ['STRATEGIC_DESIGNATION'],
  },
  { case: 'on the line', facts: { arr: '100,000.00', ...medium }, total: '55.00', placed: 'strategic' },
  { case: 'under the line', facts: { arr: '99,999.99', ...medium }, total: '45.00', placed: 'core' },
  { case: 'on the Core line', facts: { arr: '25,000.00', ...low }, total: '24.00', placed: 'core' },
  { case: 'under the Core line', facts: { arr: '24,999.99', ...low }, total: '14.00', placed: 'scale' },
  { case: 'on the Scale line', facts: { arr: '5,000.00', ...low }, total: '8.00', placed: 'scale' },
  { case: 'under the Scale line', facts: { arr: '4,999.99', ...low }, total: '0.00', placed: 'tech-touch' },
  {
    case: 'trial with every promise',
    facts: { arr: '0', status: 'TRIAL', ...high, ...ALL_STRATEGIC },
    total: '50.00',
    placed: 'tech-touch',
    by: ['NOT_PAYING'],
  },
  {
    case: 'score outruns size',
    facts: { arr: '3,000', ...high },
    total: '30.00',
    placed: 'scale',
    by: ['LIFT_LIMIT'],
  },
  {
    case: 'important, at risk',
    facts: { arr: '200,000', ...low, logoValue: true, marketInfluence: true, ...atRisk },
    total: '50.00',
    placed: 'core',
    by: ['RISKY_WITHOUT_GROWTH'],
    review: true,
  },
  {
    case: 'very big, at risk',
    facts: { arr: '900,000', ...low, ...atRisk },
    total: '40.00',
    placed: 'strategic',
    by: ['KEY_ACCOUNT'],
    review: true,
  },
  {
    case: 'important, safe',
    facts: { arr: '200,000', ...low, logoValue: true, marketInfluence: true, churnRisk: 'LOW' },
    total: '50.00',
    placed: 'strategic',
  },
  {
    case: 'very big, no room',
    facts: { arr: '600,000', ...low },
    total: '40.00',
    placed: 'strategic',
    by: ['KEY_ACCOUNT'],
  },
  {
    case: 'few of its seats',
    facts: { arr: '40,000', seatsUsed: 29, seatsAvailable: 100 },
    total: '54.00',
    placed: 'strategic',
  },
  {
    case: 'not so few',
    facts: { arr: '40,000', seatsUsed: 30, seatsAvailable: 100 },
    total: '39.00',
    placed: 'core',
  },
  {
    case: 'one line of two',
    facts: { arr: '40,000', productLinesOwned: 1, productLinesAvailable: 2 },
    total: '39.00',
    placed: 'core',
  },
  {
    case: 'everything',
    facts: { arr: '500,000', ...high, ...ALL_STRATEGIC, ...ALL_COMPLEX },
    total: '100.00',
    placed: 'strategic',
    by: ['KEY_ACCOUNT'],
  },
  {
    case: 'only ARR known',
    facts: { arr: '60,000' },
    nothingElse: true,
    total: '30.00',
    placed: 'core',
    by: ['ARR_ONLY'],
  },
  {
    case: 'only ARR known, large',
    facts: { arr: '120,000' },
    nothingElse: true,
    total: '40.00',
    placed: 'strategic',
    by: ['ARR_ONLY'],
  },
];
