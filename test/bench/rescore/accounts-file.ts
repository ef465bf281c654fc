import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';

/** The columns of the file, with the types of a bare table that takes them as they are. */
export const FILE_COLUMNS: Readonly<Record<string, string>> = {
  externalId: 'text',
  name: 'text',
  industry: 'text',
  employees: 'integer',
  country: 'text',
  region: 'text',
  plan: 'text',
  customerSince: 'date',
  renewalDate: 'date',
  termMonths: 'integer',
  status: 'text',
  arr: 'numeric(15,2)',
  expansionAssessment: 'text',
  expansionAssessedOn: 'date',
  seatsPurchased: 'integer',
  seatsAvailable: 'integer',
  seatsUsed: 'integer',
  productLinesOwned: 'integer',
  productLinesAvailable: 'integer',
  logoValue: 'boolean',
  referencePotential: 'boolean',
  advancedFeatures: 'boolean',
  severalIntegrations: 'boolean',
  complexImplementation: 'boolean',
  churnRisk: 'text',
  healthScore: 'integer',
  usagePercent: 'integer',
};

/**
 * Writes a file of made-up accounts, the same for every run. One in ten has an assessment that stops counting on the
 * day `today`, and nothing else that promises growth, so that its score changes then.
 */
export async function writeAccountsFile(path: string, accounts: number, today: string): Promise<void> {
  const out = createWriteStream(path);
  const dice = new Dice();
  const year = Number(today.slice(0, 4));
  const ages = `${year - 1}${today.slice(4)}`;
  out.write(`${Object.keys(FILE_COLUMNS).join(',')}\n`);
  for (let number = 1; number <= accounts; number += 1) {
    const isAgeing = number % 10 === 0;
    const seats = 5 + dice.below(300);
    const row = [
      `acc-${number}`,
      `Company ${number} ${dice.pick(['GmbH', 'Inc', 'Ltd', 'Pte'])}`,
      dice.pick(['Software', 'Retail', 'Finance', 'Health', 'Energy']),
      dice.below(5_000),
      dice.pick(['DE', 'US', 'SG', 'BR', 'GB']),
      dice.pick(['EMEA', 'AMER', 'APAC']),
      dice.pick(['Basic', 'Pro', 'Max']),
      `20${15 + dice.below(9)}-0${1 + dice.below(9)}-11`,
      `${year + 1}-0${1 + dice.below(9)}-17`,
      12,
      dice.below(100) < 3 ? 'TRIAL' : 'ACTIVE',
      Math.exp(5.5 + dice.fraction() * 7.5).toFixed(2),
      isAgeing ? 'HIGH' : '',
      isAgeing ? ages : '',
      seats,
      isAgeing ? seats : seats * 2,
      isAgeing ? seats : dice.below(seats),
      isAgeing ? 3 : 1 + dice.below(3),
      3,
      dice.below(5) === 0,
      dice.below(5) === 0,
      dice.below(2) === 0,
      dice.below(3) === 0,
      dice.below(5) === 0,
      dice.pick(['LOW', 'LOW', 'MEDIUM', 'HIGH']),
      dice.below(101),
      dice.below(100),
    ];
    if (!out.write(`${row.join(',')}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
}

/** Throws the same numbers in every run. */
class Dice {
  private state = 12_345;

  fraction(): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.state / 4_294_967_296;
  }

  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  pick<T>(things: readonly [T, ...T[]]): T {
    return things[this.below(things.length)] ?? things[0];
  }
}
