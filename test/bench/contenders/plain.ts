import { join } from 'node:path';
import { type Contender } from '../contender';
import { ContenderProcess } from '../contender-process';
import { graphqlAnswer } from '../graphql-answer';
import { PLAIN_DOCUMENTS } from './documents';
import { graphqlRequest } from './graphql-request';

/** Apollo, type-graphql and TypeORM as their manuals begin, in a process of its own. */
export async function startPlain(databaseUrl: string): Promise<Contender> {
  const running = await ContenderProcess.start(join(__dirname, 'plain/process.ts'), {
    databaseUrl,
    execArgv: ['--max-semi-space-size=64', '-r', '@swc-node/register'],
  });
  return {
    name: 'type-graphql + TypeORM',
    url: running.url,
    requestFor: (question, variables) => graphqlRequest(PLAIN_DOCUMENTS, question, variables),
    read: (_question, body) => graphqlAnswer(body),
    stop: () => running.stop(),
  };
}
