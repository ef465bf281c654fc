import { COMMAND_LINE } from '../../src/app/actor';
import { ServiceAdjustmentService } from '../../src/app/service-adjustment.service';
import { startApi, type TestApi } from '../support/api';
import { fixedClock } from '../support/clock';
import { day } from '../support/facts';
import { StaffedBook } from '../support/staffed-book';

interface Named {
  externalId: string;
}
interface Page {
  totalCount: number;
  nodes: Named[];
  pageInfo: { hasNextPage: boolean; endCursor: string };
}

const clock = fixedClock('2026-03-02');
let api: TestApi;
let book: StaffedBook;

beforeEach(async () => {
  clock.setDay('2026-03-02');
  api = await startApi(clock);
  book = new StaffedBook(api.database, clock);
});
afterEach(async () => {
  await api.close();
});

const query = async <D>(text: string): Promise<D> => {
  const { data, errors } = await api.send<D>('VIEWER', text);
  expect(errors).toEqual([]);
  return data;
};
const names = ({ nodes }: Page): string[] => nodes.map(({ externalId }) => externalId);

describe('what service costs, through the API', () => {
  beforeEach(async () => {
    await book.seed({
      // Designated: 8,000 of cost against 4,000 of ARR.
      tiny: { arr: '4000', strategicDesignation: true },
      // The same with two relationship facts: 12,500 against 90,000.
      heavy: { arr: '90000', strategicDesignation: true, complexImplementation: true, missionCritical: true },
      top: { arr: '600000' },
      // Big and stuck: it could carry the top tier.
      stuck: { arr: '150000', churnRisk: 'HIGH', expansionAssessment: 'LOW' },
      // So does one whose ARR carries it to the cent, and one that lacks a cent does not.
      just: { arr: '80000', churnRisk: 'HIGH', expansionAssessment: 'LOW' },
      almost: { arr: '79999.99', churnRisk: 'HIGH', expansionAssessment: 'LOW' },
      // Designated: 8,000 against 80,000 is exactly what it can carry.
      line: { arr: '80000', strategicDesignation: true },
      core: { arr: '30000' },
      // With extra touch: 3,600 of cost against 30,000.
      extra: { arr: '30000' },
      small: { arr: '5500' },
      scale: { arr: '6000' },
      nothing: { arr: '0' },
      gone: { arr: '900000' },
    });
    await book.account('gone', { status: 'CHURNED' });
    const terms = { kind: 'EXTRA', until: day('2026-06-01'), note: null, replace: false } as const;
    const adjustments = new ServiceAdjustmentService(book.unitOfWork, clock);
    await adjustments.set(COMMAND_LINE, { externalId: 'extra' }, terms);
  });

  test('is shown by tier, with who is served out of proportion', async () => {
    const { economics } = await query<{
      economics: {
        tiers: unknown[];
        totals: unknown;
        over: Page;
        under: Page;
        inScale: Page;
        overServed: Page;
      };
    }>(`{ economics { asOf modelVersion loadedCost
      tiers { tier { key } accounts arr cost costShare costPercent justifiedCost excessCost overServed { accounts accountShare } underServed { accounts } }
      totals { accounts arr cost justifiedCost overServed { accounts } underServed { accounts } }
      over: overServed { totalCount nodes { externalId economics { cost justifiedCost standing } } }
      under: underServed { totalCount nodes { externalId economics { standing next { tier { key } cost } } } }
      inScale: overServed(tier: "scale") { totalCount nodes { externalId } } } }`);
    expect(economics).toMatchObject({ asOf: '2026-03-02', modelVersion: 1, loadedCost: '120000.00' });
    expect(economics.tiers).toEqual([
      {
        tier: { key: 'strategic' },
        accounts: 4,
        arr: '774000.00',
        cost: '36500.00',
        costShare: 0.047158,
        costPercent: 10,
        justifiedCost: '77400.00',
        excessCost: '11100.00',
        overServed: { accounts: 2, accountShare: 0.5 },
        underServed: { accounts: 0 },
      },
      expect.objectContaining({
        accounts: 5,
        cost: '13200.00',
        excessCost: '600.00',
        overServed: { accounts: 1, accountShare: 0.2 },
        underServed: { accounts: 2 },
      }),
      expect.objectContaining({
        accounts: 2,
        cost: '1200.00',
        excessCost: '50.00',
        overServed: { accounts: 1, accountShare: 0.5 },
      }),
      expect.objectContaining({ accounts: 1, cost: '0.00', costPercent: null, costShare: null }),
    ]);
    expect(economics.totals).toEqual({
      accounts: 12,
      arr: '1155499.99',
      cost: '50900.00',
      justifiedCost: '115549.99',
      overServed: { accounts: 4 },
      underServed: { accounts: 2 },
    });
    expect(economics.over).toEqual({
      totalCount: 4,
      nodes: [
        {
          externalId: 'tiny',
          economics: { cost: '8000.00', justifiedCost: '400.00', standing: 'OVER_SERVED' },
        },
        {
          externalId: 'heavy',
          economics: { cost: '12500.00', justifiedCost: '9000.00', standing: 'OVER_SERVED' },
        },
        {
          externalId: 'extra',
          economics: { cost: '3600.00', justifiedCost: '3000.00', standing: 'OVER_SERVED' },
        },
        {
          externalId: 'small',
          economics: { cost: '600.00', justifiedCost: '550.00', standing: 'OVER_SERVED' },
        },
      ],
    });
    expect(economics.under).toEqual({
      totalCount: 2,
      nodes: ['stuck', 'just'].map((externalId) => ({
        externalId,
        economics: { standing: 'UNDER_SERVED', next: { tier: { key: 'strategic' }, cost: '8000.00' } },
      })),
    });
    expect(names(economics.inScale)).toEqual(['small']);
  });

  test('is listed in pages, and each account by itself says the same', async () => {
    const page = async (args: string): Promise<Page> =>
      (
        await query<{ economics: { overServed: Page } }>(
          `{ economics { overServed(${args}) { nodes { externalId } pageInfo { hasNextPage endCursor } } } }`,
        )
      ).economics.overServed;
    const first = await page('first: 2');
    const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect([names(first), first.pageInfo.hasNextPage, names(second), second.pageInfo.hasNextPage]).toEqual([
      ['tiny', 'heavy'],
      true,
      ['extra', 'small'],
      false,
    ]);
    const { accounts } = await query<{
      accounts: { nodes: (Named & { economics: { standing: string } | null })[] };
    }>('{ accounts { nodes { externalId economics { standing } } } }');
    const standing = (name: string): string[] =>
      accounts.nodes.flatMap(({ externalId, economics }) => (economics?.standing === name ? externalId : []));
    expect(standing('OVER_SERVED').sort()).toEqual(['extra', 'heavy', 'small', 'tiny']);
    expect(standing('UNDER_SERVED').sort()).toEqual(['just', 'stuck']);
    expect(accounts.nodes.find(({ externalId }) => externalId === 'gone')?.economics).toBeNull();
  });
});

describe('the health of the tiers looks at service', () => {
  interface Finding {
    code: string;
    severity: string;
    tier: { key: string } | null;
    figure: number;
    accounts: Page;
  }
  const SERVICE = [
    'NO_OWNER',
    'OWNER_GONE',
    'OWNER_LEAVES',
    'COVERAGE_BROKEN',
    'NO_EXECUTIVE_SPONSOR',
    'CAPACITY_MISMATCH',
    'COST_ABOVE_VALUE',
  ];
  /** "SEVERE NO_OWNER strategic 1: TOP" with the accounts behind it. */
  const found = async (): Promise<string[]> => {
    const { tieringHealth } = await query<{ tieringHealth: { findings: Finding[] } }>(
      `{ tieringHealth { findings { code severity tier { key } figure accounts { totalCount nodes { externalId } } } } }`,
    );
    return tieringHealth.findings
      .filter(({ code }) => SERVICE.includes(code))
      .map(({ code, severity, tier, figure, accounts }) => {
        expect(accounts.nodes).toHaveLength(accounts.totalCount);
        return `${severity} ${code} ${tier?.key ?? ''} ${figure}: ${names(accounts).join()}`;
      });
  };

  test('once there are CSMs', async () => {
    await book.seed({ TOP: { arr: '600000' }, SMALL: { arr: '4000', strategicDesignation: true } });
    expect(await found()).toEqual(['WARNING COST_ABOVE_VALUE strategic 0.5: SMALL']);
    await book.staff({ anna: {} });
    expect(await found()).toEqual([
      'SEVERE NO_OWNER strategic 2: TOP,SMALL',
      'WARNING NO_EXECUTIVE_SPONSOR strategic 2: TOP,SMALL',
      'WARNING CAPACITY_MISMATCH strategic 1: TOP,SMALL',
      'WARNING COST_ABOVE_VALUE strategic 0.5: SMALL',
    ]);
  });

  test('and names the accounts behind each finding', async () => {
    await book.seed({
      TOP: { arr: '600000' },
      LOST: { arr: '700000' },
      CORE: { arr: '30000' },
      LEAVING: { arr: '30000' },
      HERE: { arr: '30000' },
      SCALE: { arr: '6000' },
      ALONE: { arr: '6000' },
      RISING: { arr: '30000' },
      TECH: { arr: '6500' },
    });
    await book.staff({
      anna: {},
      gone: { from: '2020-01-01', to: '2026-03-20' },
      leaver: { from: '2020-01-01', to: '2026-05-01' },
      swimmer: { pool: 'east' },
      drifter: { pool: 'west', from: '2020-01-01', to: '2026-03-20' },
    });
    await book.assign({
      TOP: { csm: 'anna', executiveSponsor: 'CEO' },
      CORE: { csm: 'gone' },
      LEAVING: { csm: 'leaver' },
      HERE: { pool: 'east' },
      SCALE: { pool: 'east' },
      ALONE: { pool: 'west' },
      RISING: { pool: 'east' },
      TECH: { pool: 'east' },
    });
    // Who comes back later is gone in between all the same.
    await api.database.query(
      `INSERT INTO csm_employment (csm_id, from_on, fte) SELECT id, '2026-09-01', 1 FROM csm WHERE external_id = 'gone'`,
    );
    expect((await found()).filter((finding) => !finding.includes('COST'))).toEqual([
      'SEVERE NO_OWNER strategic 1: LOST',
      'WARNING OWNER_LEAVES core 1: CORE',
      'WARNING OWNER_LEAVES scale 1: ALONE',
      'WARNING NO_EXECUTIVE_SPONSOR strategic 1: LOST',
      expect.stringContaining('WARNING CAPACITY_MISMATCH strategic'),
    ]);
    book.on('2026-04-15');
    await book.account('RISING', { arr: '600000' });
    await book.csms.setLeave(COMMAND_LINE, {
      csm: 'anna',
      from: day('2026-04-20'),
      to: day('2026-04-30'),
      backup: 'swimmer',
    });
    expect((await found()).filter((finding) => !/COST|MISMATCH/.test(finding))).toEqual([
      'SEVERE NO_OWNER strategic 1: LOST',
      'SEVERE OWNER_GONE core 1: CORE',
      'SEVERE OWNER_GONE scale 1: ALONE',
      'WARNING OWNER_LEAVES core 1: LEAVING',
      'WARNING COVERAGE_BROKEN strategic 1: RISING',
      'WARNING NO_EXECUTIVE_SPONSOR strategic 2: LOST,RISING',
    ]);
  });
});
