import { copyFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { COMMAND_LINE } from '../../src/app/actor';
import { ModelDraftService } from '../../src/app/model-draft.service';
import { PublicationService } from '../../src/app/publication.service';
import { tieringHealth } from '../../src/app/tiering-health';
import { type LadderForm } from '../../src/domain/calibration';
import { units } from '../../src/domain/money';
import { type Mover } from '../../src/domain/simulation';
import { SqlAnalyticReads } from '../../src/persistence/reads/analytic.reads';
import { SqlCapacityReads } from '../../src/persistence/reads/capacity.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { SqlEconomicsReads } from '../../src/persistence/reads/economics.reads';
import { SqlDigitalProgramReads } from '../../src/persistence/reads/digital-program.reads';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { SqlTieringHealthReads } from '../../src/persistence/reads/tiering-health.reads';
import { fixedClock } from '../support/clock';
import { CsvImport } from '../support/csv-import';

const DATA = resolve(__dirname, '../../../shared/data/ravenstack');
const isThere = existsSync(DATA);
if (!isThere) process.stdout.write(`RavenStack is left out: its files are not in ${DATA}\n`);

const ACCOUNTS = ['externalId=account_id', 'name=account_name', 'customerSince=signup_date'];
const LINES = ['account=account_id', 'start=start_date', 'end=end_date', 'arr=arr_amount'];

/** What calibration makes of the built-in model. */
const DRAWN: Readonly<Record<LadderForm, readonly string[]>> = {
  AMOUNTS: [
    'ladder.strategic.arrFrom: 360000.00',
    'ladder.core.arrFrom: 190000.00',
    'ladder.scale.arrFrom: 27000.00',
    'criteria.CURRENT_ARR.bands.0.arrFrom: 360000.00',
    'criteria.CURRENT_ARR.bands.1.arrFrom: 240000.00',
    'criteria.CURRENT_ARR.bands.2.arrFrom: 190000.00',
    'criteria.CURRENT_ARR.bands.3.arrFrom: 67000.00',
    'criteria.CURRENT_ARR.bands.4.arrFrom: 27000.00',
    'guardrails.keyAccountFrom: 1800000.00',
  ],
  PERCENTILES: [
    'ladder.strategic.arrFrom: top 18.4%',
    'ladder.core.arrFrom: top 52.6%',
    'ladder.scale.arrFrom: top 97.4%',
    'criteria.CURRENT_ARR.bands.0.arrFrom: top 18.4%',
    'criteria.CURRENT_ARR.bands.1.arrFrom: top 39.4%',
    'criteria.CURRENT_ARR.bands.2.arrFrom: top 52.6%',
    'criteria.CURRENT_ARR.bands.3.arrFrom: top 89.2%',
    'criteria.CURRENT_ARR.bands.4.arrFrom: top 97.4%',
    'guardrails.keyAccountFrom: 1800000.00',
  ],
};

(isThere ? describe : describe.skip)('the tiers of the RavenStack book', () => {
  const clock = fixedClock('2025-01-02');
  let house: CsvImport;
  let reader: DatabaseReader;
  let models: ModelCatalog;

  beforeAll(async () => {
    house = await CsvImport.open('2025-01-02');
    const copy = (name: string): string => {
      copyFileSync(join(DATA, name), join(house.folder, name));
      return join(house.folder, name);
    };
    const asOf = '2024-12-31';
    await house.accounts(copy('ravenstack_accounts.csv'), { map: ACCOUNTS, asOf });
    await house.subscriptions(copy('ravenstack_subscriptions.csv'), { map: LINES, asOf });
    reader = new DatabaseReader({ url: house.database.url, max: 2, applicationName: 'tierbook-test' });
    models = new ModelCatalog({ database: reader });
  });
  afterAll(async () => {
    await reader.close();
    await house.close();
  });

  const health = () =>
    tieringHealth(
      {
        models,
        tieringHealth: new SqlTieringHealthReads(reader),
        analytics: new SqlAnalyticReads(reader, models, clock),
        capacity: new SqlCapacityReads(reader),
        economics: new SqlEconomicsReads(reader),
        digitalPrograms: new SqlDigitalProgramReads(reader),
      },
      clock.today(),
      units(120_000),
    );

  test('are bloated at the top before anything else', async () => {
    const { findings } = await health();
    expect(findings[0]).toMatchObject({
      code: 'TOP_TIER_BLOAT',
      severity: 'SEVERE',
      tier: 'strategic',
      figure: 0.832,
    });
    expect(findings.map(({ code, tier }) => `${code} ${tier ?? ''}`.trim())).toEqual([
      'TOP_TIER_BLOAT strategic',
      'POPULATION_OFF_TARGET strategic',
      'POPULATION_OFF_TARGET core',
      'POPULATION_OFF_TARGET scale',
      'ARR_SHARE_OFF_TARGET strategic',
      'ARR_SHARE_OFF_TARGET core',
      'ARR_SHARE_OFF_TARGET scale',
      'COST_ABOVE_VALUE scale',
      'PROVISIONAL_PLACEMENTS',
      'MISSING_FACTS',
    ]);
    const reads = new SqlTieringHealthReads(reader);
    const [bloat] = findings;
    if (bloat === undefined) throw new Error('there is a finding');
    expect(await reads.countBehind(bloat.behind)).toBe(416);
    const page = await reads.accountsBehind(bloat.behind, { size: 10, backward: false, after: null });
    expect(page).toHaveLength(11);
  });

  test.each<[LadderForm]>([['AMOUNTS'], ['PERCENTILES']])(
    'come into their population targets by calibration in %s, account by account as simulated',
    async (form) => {
      const drafts = new ModelDraftService(house.book.unitOfWork, clock);
      const publication = new PublicationService(house.book.unitOfWork, clock);
      // Both forms begin at the built-in model.
      const version = await drafts.create(COMMAND_LINE, { basedOn: 1 });
      const report = await drafts.calibrate(COMMAND_LINE, { version }, form);
      expect(report.populationDistance).toEqual({ before: 116.8, after: 0 });
      expect(report.arrShareDistance.after).toBeGreaterThan(0);
      expect(report.tiers.map(({ after: { population } }) => population)).toEqual([
        'WITHIN',
        'WITHIN',
        'WITHIN',
        null,
      ]);
      expect(report.changes.map(({ field, to }) => `${field.join('.')}: ${to}`)).toEqual(DRAWN[form]);

      const movers = new Map<string, Mover>();
      let digest = '';
      for (let after = '0'; after !== '';) {
        const window = { size: 100, backward: false, after: [after] };
        const simulated = await publication.simulate(COMMAND_LINE, version, [{ window }]);
        const rows = simulated.pages[0] ?? [];
        for (const mover of rows.slice(0, 100)) movers.set(mover.accountId, mover);
        after = rows.length > 100 ? (rows[99]?.accountId ?? '') : '';
        digest = simulated.digest;
      }
      await publication.publish(COMMAND_LINE, { version, digest, reason: 'Other contract sizes' });
      models.askAnew();
      const accounts = await house.database.query<{ id: string; effective: string; pending: string | null }>(
        `SELECT a.id::text, a.effective_tier AS effective, p.target_tier AS pending
         FROM account a LEFT JOIN pending_downgrade p ON p.account_id = a.id`,
      );
      for (const { id, effective, pending } of accounts) {
        const mover = movers.get(id);
        if (mover)
          expect({ effective, pending }).toEqual({ effective: mover.effectiveTo, pending: mover.pendingTo });
      }
      const computed = await house.database.query<{ tier: string; accounts: number }>(
        `SELECT computed_tier AS tier, count(*)::int AS accounts FROM account GROUP BY 1`,
      );
      expect(new Map(computed.map(({ tier, accounts: count }) => [tier, count]))).toEqual(
        new Map(report.tiers.map(({ key, after }) => [key, after.accounts])),
      );
      if (form === 'AMOUNTS') expect(movers.size).toBeGreaterThan(300);
    },
  );
});
