import { type AddressInfo } from 'node:net';
import { BareServer } from './bare-server';

async function main(): Promise<void> {
  const bare = await BareServer.open(process.env.DATABASE_URL ?? '');
  bare.server.listen(0, '127.0.0.1', () => {
    const { port } = bare.server.address() as AddressInfo;
    process.send?.({ url: `http://127.0.0.1:${String(port)}` });
  });
}

void main();
