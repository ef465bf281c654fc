import { createServer } from 'node:http';
import process from 'node:process';
import { grafserv } from 'grafserv/node';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

/** The preset that its manual begins with, over the tables and the functions that are made for it. */
const preset = {
  extends: [PostGraphileAmberPreset],
  // So that columns without an index of their own can be filtered by, too.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ['public', 'peer'],
      poolConfig: { max: 10, options: '-c timezone=UTC -c jit=off -c max_parallel_workers_per_gather=0' },
    }),
  ],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: { explain: false },
};

const instance = postgraphile(preset);
const service = instance.createServ(grafserv);
const server = createServer();
await service.addTo(server);
server.on('error', (error) => {
  throw error;
});
await service.ready?.();
server.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` });
});

if (process.env.PRINT_SCHEMA) {
  const { printSchema } = await import('graphql');
  const { schema } = await instance.getSchemaResult();
  const { writeFileSync } = await import('node:fs');
  writeFileSync(process.env.PRINT_SCHEMA, printSchema(schema));
}
