import { createDataSource } from './src/persistence/data-source';
import { readConfig } from './src/server/config';

/** The DataSource for TypeORM's command line, such as `npm run typeorm -- migration:show -d ormconfig.ts`. */
export default createDataSource(readConfig(process.env).databaseUrl ?? 'postgres://127.0.0.1:5432/tierbook');
