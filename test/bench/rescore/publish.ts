import 'reflect-metadata';
import { COMMAND_LINE } from '../../../src/app/actor';
import { ModelDraftService } from '../../../src/app/model-draft.service';
import { PublicationService } from '../../../src/app/publication.service';
import { DEFAULT_MODEL } from '../../../src/domain/defaults';
import { createDataSource } from '../../../src/persistence/data-source';
import { TypeOrmUnitOfWork } from '../../../src/persistence/unit-of-work';
import { SystemClock } from '../../../src/server/clock';

/** Publishes the built-in model with other score floors, by rank as JSON, in the database that DATABASE_URL names. */
async function main(): Promise<void> {
  const dataSource = await createDataSource(process.env.DATABASE_URL ?? '').initialize();
  const unitOfWork = new TypeOrmUnitOfWork(dataSource);
  const clock = new SystemClock('UTC');
  const drafts = new ModelDraftService(unitOfWork, clock);
  const version = await drafts.create(COMMAND_LINE, {});
  const floors = JSON.parse(process.argv[2] ?? '{}') as Readonly<Record<number, number>>;
  const tiers = DEFAULT_MODEL.tiers.map((tier) => ({
    ...tier,
    scoreFloor: floors[tier.rank] ?? tier.scoreFloor,
  }));
  await drafts.update(COMMAND_LINE, { version }, { tiers });
  const startedAt = performance.now();
  const published = await new PublicationService(unitOfWork, clock).publish(COMMAND_LINE, {
    version,
    reason: 'Bench',
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const { accounts, moved, pending } = published;
  process.stdout.write(JSON.stringify({ seconds, accounts, moved, pending }));
  await dataSource.destroy();
}

void main();
