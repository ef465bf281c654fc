import { type PlannedAccount, type PlannedCsm } from './assignment-plan';

type Needs = Pick<PlannedAccount, 'language' | 'region' | 'industry'>;

/** Whether the CSM speaks the account's language, by its tag: "en" and "en-GB" fit, "pt-BR" and "pt-PT" do not. */
export function speaks(
  { languages }: Pick<PlannedCsm, 'languages'>,
  { language }: Pick<Needs, 'language'>,
): boolean {
  if (language === null) return true;
  const wanted = language.toLowerCase();
  return languages.some((one) => {
    const tag = one.toLowerCase();
    return tag === wanted || wanted.startsWith(`${tag}-`) || tag.startsWith(`${wanted}-`);
  });
}

/** Whether the account lies in a region of the CSM. */
export function covers({ regions }: Pick<PlannedCsm, 'regions'>, { region }: Pick<Needs, 'region'>): boolean {
  return region === null || regions.some((one) => isSame(one, region));
}

/** Whether the CSM knows the account's industry. */
export function knows(
  { industries }: Pick<PlannedCsm, 'industries'>,
  { industry }: Pick<Needs, 'industry'>,
): boolean {
  return industry !== null && industries.some((one) => isSame(one, industry));
}

/**
 * Whether one of the people fits the account: what is known of the account, the same person must name; nothing is
 * assumed of somebody of whom no languages or regions are recorded.
 */
export function fits(people: readonly PlannedCsm[], needs: Needs): boolean {
  return people.some((csm) => speaks(csm, needs) && covers(csm, needs));
}

/** Whether one of those who fit also knows the industry. */
export function fitsIndustry(people: readonly PlannedCsm[], needs: Needs): boolean {
  return people.some((csm) => speaks(csm, needs) && covers(csm, needs) && knows(csm, needs));
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
