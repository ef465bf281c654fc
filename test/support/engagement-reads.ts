import { DatabaseListener } from '../../src/persistence/database-listener';
import { SqlEngagementReads } from '../../src/persistence/reads/engagement.reads';
import { DatabaseReader } from '../../src/persistence/reads/database-reader';
import { ModelCatalog, type ModelCatalogOptions } from '../../src/persistence/reads/model-catalog';
import { type TestDatabase } from './database';

/** The reads of what is due and delivered, on a test's database. */
export async function openEngagementReads(
  { url }: TestDatabase,
  options: Pick<ModelCatalogOptions, 'timeZone'> = {},
): Promise<{
  readonly engagement: SqlEngagementReads;
  readonly models: ModelCatalog;
  readonly close: () => Promise<void>;
}> {
  const reader = new DatabaseReader({ url, max: 2, applicationName: 'tierbook-test' });
  const listener = new DatabaseListener({ url, applicationName: 'tierbook-test' });
  const models = new ModelCatalog({ database: reader, listener, ...options });
  await listener.open();
  return {
    engagement: new SqlEngagementReads(reader, models),
    models,
    close: async () => {
      await listener.close();
      await reader.close();
    },
  };
}
