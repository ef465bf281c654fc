import type { FastifyInstance } from 'fastify';

export interface ExplorerTab {
  readonly name: string;
  readonly query: string;
  readonly variables?: string;
}

export function registerExplorer(app: FastifyInstance, _tabs: readonly ExplorerTab[]): void {
  app.get('/', (_request, reply) => {
    void reply.send('');
  });
}
