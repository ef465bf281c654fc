import { PassThrough, Writable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { COMMAND_LINE } from '../../src/app/actor';
import { SegmentService } from '../../src/app/segment.service';
import {
  breakdownTable,
  type ExportFormat,
  flatTable,
  segmentFilter,
  type Table,
  writeTable,
} from '../../src/cli/commands/export';
import { SqlAnalyticReads } from '../../src/persistence/reads/analytic.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { type FlatExport } from '../../src/persistence/reads/export.reads';
import { ModelCatalog } from '../../src/persistence/reads/model-catalog';
import { CsvImport } from '../support/csv-import';

let house: CsvImport;
let reader: DatabaseReader;

beforeAll(async () => {
  house = await CsvImport.open('2025-03-01');
  reader = new DatabaseReader({ url: house.database.url, max: 2, applicationName: 'tierbook-test' });
  await house.accounts(
    house.file([
      'externalId,name,arr,industry,logoValue,customerSince,parentExternalId',
      'A,"Acme, ""Inc""",120000,Retail,yes,2020-02-29,',
      'B,=SUM(1),30000.50,,no,,A',
      'C,+1,7000,Retail,,,',
    ]),
  );
  house.clock.setDay('2025-05-01');
  await house.accounts(house.file(['externalId,arr', 'C,100']));
});
afterAll(async () => {
  await reader.close();
  await house.close();
});

async function text(table: Table, format: ExportFormat): Promise<string> {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await writeTable(table, format, stream);
  return Buffer.concat(chunks).toString();
}

async function records(what: FlatExport): Promise<Record<string, string>[]> {
  return parse(await text(flatTable(what, reader), 'csv'), { columns: true });
}

async function objects(what: FlatExport): Promise<Record<string, unknown>[]> {
  const lines = (await text(flatTable(what, reader), 'jsonl')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('accounts', () => {
  test('as CSV: a header, quotes where they are needed, formulas escaped, dates and decimals as they are stored', async () => {
    const [header, acme] = (await text(flatTable('accounts', reader), 'csv')).split('\n');
    expect(header).toMatch(/^externalId,name,status,arr,tier,computedTier,heldTier,score,/);
    expect(acme).toMatch(/^A,"Acme, ""Inc""",,120000\.00,/);
    const rows = await records('accounts');
    expect(rows.map(({ name }) => name)).toEqual(['Acme, "Inc"', "'=SUM(1)", "'+1"]);
    expect(rows[0]).toMatchObject({
      customerSince: '2020-02-29',
      logoValue: 'true',
      industry: 'Retail',
      arrFromSubscriptions: 'false',
      createdAt: '2025-03-01T12:00:00Z',
    });
    expect(rows[1]).toMatchObject({ parentExternalId: 'A', industry: '', customerSince: '' });
  });

  test('say where a downgrade is pending', async () => {
    expect((await records('accounts'))[2]).toMatchObject({
      tier: 'scale',
      heldTier: 'scale',
      computedTier: 'tech-touch',
      pendingTarget: 'tech-touch',
      detectedOn: '2025-05-01',
      graceUntil: '2025-10-28',
      graceReason: 'FACTS',
    });
  });

  test('as JSONL: the same names, flags and numbers as such, amounts as text, what is missing as null', async () => {
    const [acme = {}] = await objects('accounts');
    expect(Object.keys(acme)).toEqual(Object.keys((await records('accounts'))[0] ?? {}));
    expect(acme).toMatchObject({
      name: 'Acme, "Inc"',
      arr: '120000.00',
      logoValue: true,
      version: 1,
      region: null,
    });
  });

  test('can be imported again without a change', async () => {
    const rows = (await text(flatTable('accounts', reader), 'csv'))
      .replaceAll("'=SUM", '=SUM')
      .replaceAll("'+1", '+1');
    const report = await house.accounts(house.file(Buffer.from(rows), 'again.csv'));
    expect(report.counts).toEqual({ created: 0, updated: 0, unchanged: 3, withoutParent: 0 });
  });
});

test('movements, the earliest first', async () => {
  expect(await objects('movements')).toEqual([
    expect.objectContaining({ externalId: 'A', kind: 'NEW', arrFrom: null, arrTo: '120000.00' }),
    expect.objectContaining({
      externalId: 'B',
      arrTo: '30000.50',
      effectiveOn: '2025-03-01',
      backDated: false,
    }),
    expect.objectContaining({ externalId: 'C', kind: 'NEW', source: 'FACTS' }),
    expect.objectContaining({ externalId: 'C', kind: 'CONTRACTION', arrFrom: '7000.00', arrTo: '100.00' }),
  ]);
});

test('the tier history, the earliest first', async () => {
  const rows = await objects('history');
  expect(rows.map(({ externalId, kind }) => `${String(externalId)} ${String(kind)}`)).toEqual([
    'A INITIAL',
    'B INITIAL',
    'C INITIAL',
    'C DOWNGRADE_PENDING',
  ]);
  expect(rows[3]).toMatchObject({
    cause: 'FACTS',
    effectiveFrom: 'scale',
    effectiveTo: 'scale',
    pendingTarget: 'tech-touch',
    occurredOn: '2025-05-01',
    occurredAt: '2025-05-01T12:00:00Z',
    actor: 'Command line',
  });
});

test('a breakdown has a column for each dimension, and an empty cell where the value is not known', async () => {
  const models = new ModelCatalog({ database: reader });
  const analytics = new SqlAnalyticReads(reader, models, house.clock);
  const table = await breakdownTable(analytics, { by: ['INDUSTRY', 'ARR_BAND'] });
  const rows: Record<string, string>[] = parse(await text(table, 'csv'), { columns: true });
  expect(rows).toEqual([
    expect.objectContaining({ industry: 'Retail', arrBand: '100000+', accounts: '1', arr: '120000.00' }),
    expect.objectContaining({ industry: '', arrBand: '25000-50000', accounts: '1', arr: '30000.50' }),
    expect.objectContaining({ industry: 'Retail', arrBand: '0-5000', accounts: '1', arr: '100.00' }),
  ]);
  expect(table.truncated).toBe(false);
});

describe('of a segment alone', () => {
  const members = async (what: FlatExport, segment: string): Promise<unknown[]> => {
    const where = await segmentFilter({ reader, clock: house.clock }, segment);
    const lines = (await text(flatTable(what, reader, where), 'jsonl'))
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => (JSON.parse(line) as { externalId: string }).externalId);
  };

  beforeAll(async () => {
    await new SegmentService(house.book.unitOfWork, house.clock).create(COMMAND_LINE, {
      name: `Retail 'R' Us`,
      description: null,
      criteria: [{ dimension: 'INDUSTRY', values: ['Retail'], includeUnknown: false }],
    });
  });

  test('accounts, movements and history are those of its members', async () => {
    expect(await members('accounts', `retail 'r' US`)).toEqual(['A', 'C']);
    expect(await members('movements', `Retail 'R' Us`)).toEqual(['A', 'C', 'C']);
    expect(await members('history', `Retail 'R' Us`)).toEqual(['A', 'C', 'C']);
  });

  test('a breakdown is of its members', async () => {
    const models = new ModelCatalog({ database: reader });
    const analytics = new SqlAnalyticReads(reader, models, house.clock);
    const where = await segmentFilter({ reader, clock: house.clock }, `Retail 'R' Us`);
    const { rows } = await breakdownTable(analytics, { by: ['INDUSTRY'], where });
    expect([...(rows as { industry: string }[])].map(({ industry }) => industry)).toEqual(['Retail']);
  });

  test('a segment that there is not is refused by its name', async () => {
    await expect(members('accounts', 'Nobody')).rejects.toThrow('there is no segment "Nobody"');
    await expect(members('accounts', 'a\0b')).rejects.toThrow(/control characters/);
  });
});

describe('a reader that goes away', () => {
  function endless(): { rows: Iterable<{ n: number }>; taken: () => number } {
    let taken = 0;
    function* rows(): Generator<{ n: number }> {
      for (;;) yield { n: (taken += 1) };
    }
    return { rows: rows(), taken: () => taken };
  }

  /** Takes a few writes and then fails, as a pipe does whose other end is closed. */
  function failing(code: string): Writable {
    let left = 3;
    return new Writable({
      write: (_chunk, _encoding, done) => {
        left -= 1;
        done(left > 0 ? null : Object.assign(new Error(`write ${code}`), { code }));
      },
    });
  }

  test('ends the export quietly, and nothing more is read', async () => {
    const { rows, taken } = endless();
    await writeTable({ columns: ['n'], rows }, 'csv', failing('EPIPE'));
    expect(taken()).toBeLessThanOrEqual(3_000);
  });

  test('another failure of the stream is one of the export', async () => {
    await expect(
      writeTable({ columns: ['n'], rows: endless().rows }, 'csv', failing('ENOSPC')),
    ).rejects.toThrow('ENOSPC');
  });
});
