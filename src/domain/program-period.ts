import { type CalendarDate, earlier } from './calendar';
import { type EngagementProgram, type TouchRules } from './engagement-program';
import { type TieringModel } from './tiering-model';

/** A model that was published, and the business day on which it was. */
export interface Publication {
  readonly model: TieringModel;
  readonly publishedOn: CalendarDate;
}

/** A tier's program over the days on which its model was the published one. */
export interface ProgramPeriod {
  readonly tier: string;
  readonly program: EngagementProgram;
  /** Null since ever. */
  readonly from: CalendarDate | null;
  /** The first day on which it no longer counted; null while it does. */
  readonly to: CalendarDate | null;
}

/** Days between touches, by the days as a customer. */
export interface TouchStep {
  readonly from: number;
  /** The first day after it; null for none. */
  readonly until: number | null;
  readonly every: number;
}

/**
 * Which programs counted when, of models in the order of their publication. A day belongs to the last one that was
 * published on it; days before the first publication are measured by the first model.
 */
export function programsOverTime(publications: readonly Publication[]): ProgramPeriod[] {
  return publications.flatMap(({ model, publishedOn }, index) => {
    const from = index === 0 ? null : publishedOn;
    // Where clocks are put back over midnight, a later moment can lie on an earlier day.
    const to = publications
      .slice(index + 1)
      .reduce<CalendarDate | null>(
        (first, next) => (first === null ? next.publishedOn : earlier(first, next.publishedOn)),
        null,
      );
    if (from !== null && to !== null && to <= from) return [];
    return model.tiers.flatMap(({ key }) => {
      const program = model.programs[key];
      return program === undefined ? [] : [{ tier: key, program, from, to }];
    });
  });
}

/** The longest days between touches: those of onboarding, then the ordinary ones. Empty where nobody reaches out. */
export function touchSteps({ everyDays, onboarding }: TouchRules): TouchStep[] {
  if (everyDays === null) return [];
  const first = onboarding.map(({ untilDay, everyDays: every }, step) => ({
    from: onboarding[step - 1]?.untilDay ?? 0,
    until: untilDay,
    every,
  }));
  return [...first, { from: first.at(-1)?.until ?? 0, until: null, every: everyDays.to }];
}
