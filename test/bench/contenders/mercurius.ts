import { join } from 'node:path';
import { type Contender } from '../contender';
import { ContenderProcess } from '../contender-process';
import { graphqlAnswer } from '../graphql-answer';
import { PLAIN_DOCUMENTS } from './documents';
import { graphqlRequest } from './graphql-request';
import { PEERS } from './peers';

/** mercurius with jit and hand-written loaders, in a process of its own. */
export async function startMercurius(databaseUrl: string): Promise<Contender> {
  const running = await ContenderProcess.start(join(PEERS, 'mercurius.mjs'), {
    databaseUrl,
    execArgv: ['--max-semi-space-size=64'],
  });
  return {
    name: 'mercurius with jit',
    url: running.url,
    requestFor: (question, variables) => graphqlRequest(PLAIN_DOCUMENTS, question, variables),
    read: (_question, body) => graphqlAnswer(body),
    stop: () => running.stop(),
  };
}
