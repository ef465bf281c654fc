import { type GraphQLScalarType } from 'graphql';
import { type ClassType, Field, Float, InputType, Int, ObjectType } from 'type-graphql';
import { DecimalScalar } from '../scalars';

/** A number or a switch of the model: its type, what it means, and whether null switches it off. */
interface Rule {
  readonly type: GraphQLScalarType | typeof Boolean;
  readonly means: string;
  readonly nullable?: true;
}

const whole = (means: string): Rule => ({ type: Int, means });
const number = (means: string): Rule => ({ type: Float, means });
const flag = (means: string): Rule => ({ type: Boolean, means });
const orOff = (rule: Rule): Rule => ({
  ...rule,
  means: `${rule.means} Null switches it off.`,
  nullable: true,
});

/**
 * Declares a section of the model twice: as the API shows it, and as an input in which everything may be left out and
 * then stays as it is.
 */
function section<T extends object>(
  name: string,
  description: string,
  rules: Readonly<Record<keyof T & string, Rule>>,
): { readonly type: ClassType<T>; readonly input: ClassType<Partial<T>> } {
  /* eslint-disable @typescript-eslint/no-extraneous-class -- the fields are added below */
  class Shown {}
  class Given {}
  /* eslint-enable @typescript-eslint/no-extraneous-class */
  for (const [field, { type, means, nullable = false }] of Object.entries<Rule>(rules)) {
    Field(() => type, { description: means, nullable })(Shown.prototype, field);
    Field(() => type, { description: `${means} It stays if absent.`, nullable: true })(
      Given.prototype,
      field,
    );
  }
  ObjectType(name, { description, simpleResolvers: true })(Shown);
  InputType(`${name}Input`, { description: `${description} What is left out stays as it is.` })(Given);
  return { type: Shown as ClassType<T>, input: Given as ClassType<Partial<T>> };
}

export const ExpansionRules = section<{
  assessmentMonths: number;
  highMultiple: number;
  mediumMultiple: number;
  highBelowSeatShare: number;
  cautiousBelowHealth: number;
}>('ExpansionRules', 'How expansion potential is found where nobody has assessed it.', {
  assessmentMonths: whole("Months for which a person's assessment counts."),
  highMultiple: number('The multiple of ARR or product lines from which the potential is HIGH.'),
  mediumMultiple: number('The multiple of ARR, seats or product lines from which it is MEDIUM.'),
  highBelowSeatShare: number('Share of the available seats in use, from 0 to 1, below which it is HIGH.'),
  cautiousBelowHealth: whole('Health, from 0 to 100, below which a derived HIGH counts as MEDIUM.'),
});

export const GuardrailRules = section<{
  strategicDesignation: boolean;
  notPaying: boolean;
  keyAccountFrom: number | null;
  arrOnly: boolean;
  liftLimit: number | null;
  dropLimit: number | null;
  topTierStrategicFactors: number | null;
  riskyWithoutGrowth: boolean;
}>('GuardrailRules', 'Which guardrails are on, and their amounts.', {
  strategicDesignation: flag('Whether designated accounts are placed in the top tier.'),
  notPaying: flag('Whether trials and free accounts without ARR are placed in the lowest tier.'),
  keyAccountFrom: orOff({
    type: DecimalScalar,
    means: 'ARR from which an account is placed in the top tier.',
  }),
  arrOnly: flag('Whether the ARR ladder decides where nothing but the ARR is known.'),
  liftLimit: orOff(whole('Tiers by which the score lifts an account above its tier by ARR.')),
  dropLimit: orOff(whole('Tiers by which the score lowers an account below its tier by ARR.')),
  topTierStrategicFactors: orOff(
    whole('Strategic factors that stand in for expansion potential in the top tier.'),
  ),
  riskyWithoutGrowth: flag('Whether high churn risk without growth keeps an account out of the top tier.'),
});

export const GraceRules = section<{
  noticeDays: number;
  longestDays: number;
  withoutRenewalDays: number;
  notPayingDays: number;
  afterOverrideDays: number;
  correctionDays: number;
  defaultTermMonths: number;
}>('GraceRules', 'How long a downgrade waits.', {
  noticeDays: whole('Days that a grace lasts at least, up to the next renewal.'),
  longestDays: whole('Days that it lasts at most.'),
  withoutRenewalDays: whole('Days that it lasts without a renewal date.'),
  notPayingDays: whole('Days that it lasts for an account that stopped paying.'),
  afterOverrideDays: whole('Days that it lasts at least after the end of an override.'),
  correctionDays: whole('Days within which an upgrade by mistake is taken back without grace.'),
  defaultTermMonths: whole('Months of a term that is not known.'),
});

export const FirstReviewRules = section<{ days: number; downToRank: number }>(
  'FirstReviewRules',
  'The first tier review after placement.',
  {
    days: whole('Days after placement on which it falls due in the high tiers.'),
    downToRank: whole('The lowest rank that counts as high.'),
  },
);

export const ReviewRules = section<{
  arrChangePercent: number;
  healthChangePoints: number;
  overrideEndsWithinDays: number;
  escalationDays: number;
  selfConfirmingFromRank: number;
  longestExtensionDays: number;
}>('ReviewRules', 'What makes a tier review due before its cadence, and what becomes of it.', {
  arrChangePercent: number('Change of the ARR, in percent, since the last review.'),
  healthChangePoints: whole('Change of the health, in points, since the last review.'),
  overrideEndsWithinDays: whole('Days before the end of an override.'),
  escalationDays: whole('Days overdue after which it is escalated to the manager.'),
  selfConfirmingFromRank: whole('The rank from which a review without triggers confirms itself.'),
  longestExtensionDays: whole('Days by which a review can extend a grace at most.'),
});

export const OverrideRules = section<{ longestDays: number; leastNoteLength: number }>(
  'OverrideRules',
  'What an override may be.',
  {
    longestDays: whole('Days that it may last at most.'),
    leastNoteLength: whole('Characters that the note of the reason OTHER needs.'),
  },
);

export const AdjustmentRules = section<{ longestDays: number; lighterFromHealth: number }>(
  'AdjustmentRules',
  'When lighter service is proposed, and how long an adjustment lasts.',
  {
    longestDays: whole('Days that a service adjustment may last at most.'),
    lighterFromHealth: whole('The least health, from 0 to 100, for which lighter service is proposed.'),
  },
);

export const CapacityRules = section<{
  relationshipFactor: number;
  underBelow: number;
  healthyBelow: number;
  fullTo: number;
  topTierSharePoints: number;
}>('CapacityRules', 'How heavy an account is for those who look after it, and when somebody is full.', {
  relationshipFactor: number('The factor of each fact of relationship complexity, 1 or more.'),
  underBelow: number('Utilisation of the limit, in percent, below which somebody is UNDER.'),
  healthyBelow: number('Utilisation of the limit, in percent, below which somebody is HEALTHY.'),
  fullTo: number('Utilisation of the limit, in percent, up to which somebody is FULL; OVERLOADED above.'),
  topTierSharePoints: number(
    'Percentage points by which the capacity share of the top tier may lie below its ARR share.',
  ),
});

export const AdjustmentFactors = section<{ extra: number; lighter: number }>(
  'AdjustmentFactors',
  'What a service adjustment does to the load of an account.',
  {
    extra: number('The factor of extra service, 1 or more.'),
    lighter: number('The factor of lighter service, 1 or less.'),
  },
);

export const AssignmentRules = section<{
  renewalLockDays: number;
  onboardingLockDays: number;
  ownerChangeLockDays: number;
  leavingWithinDays: number;
}>('AssignmentRules', 'What an assignment plan leaves with its present owner.', {
  renewalLockDays: whole('Days before a renewal in which an account stays where it is.'),
  onboardingLockDays: whole('The first days as a customer in which it does.'),
  ownerChangeLockDays: whole('Days after its owner changed in which it does.'),
  leavingWithinDays: whole(
    'A CSM who leaves within so many days gets no accounts any more, and those that are not locked go to others.',
  ),
});

export const InterventionRules = section<{
  healthBelow: number;
  fallPoints: number;
  fallDays: number;
  usageAbovePercent: number;
  relationshipFacts: number;
}>('InterventionRules', 'What raises an intervention in a tier in which nobody is named.', {
  healthBelow: whole('Health, from 0 to 100, below which it falls.'),
  fallPoints: whole('Points by which the health falls.'),
  fallDays: whole('Days within which it falls by so many points.'),
  usageAbovePercent: whole('Percent of what the plan allows above which the usage rises.'),
  relationshipFacts: whole('Facts of relationship complexity, 1 to 3, that hold where nobody is named.'),
});
