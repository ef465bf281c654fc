import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSchema } from 'type-graphql';
import { DataSource } from 'typeorm';
import { ENTITIES } from './entities';
import { AccountResolver, type Context, CsmResolver, OverrideResolver, ScorecardResolver } from './resolvers';

async function main(): Promise<void> {
  const dataSource = await new DataSource({
    type: 'postgres',
    url: process.env.DATABASE_URL ?? '',
    poolSize: 10,
    entities: ENTITIES,
    extra: { options: '-c timezone=UTC' },
  }).initialize();
  const schema = await buildSchema({
    resolvers: [AccountResolver, CsmResolver, OverrideResolver, ScorecardResolver],
    validate: false,
  });
  const server = new ApolloServer<Context>({ schema });
  const { url } = await startStandaloneServer(server, {
    context: () => Promise.resolve({ dataSource }),
    listen: { host: '127.0.0.1', port: 0 },
  });
  process.send?.({ url: url.replace(/\/$/, '') });
}

void main();
