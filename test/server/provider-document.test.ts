import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fetchProviderDocument } from '../../src/server/oidc/provider-document';

describe('a document of the identity provider', () => {
  let asked: (response: ServerResponse) => void;
  const server = createServer((_request, response) => {
    asked(response);
  });
  let url: URL;

  beforeAll(async () => {
    await new Promise<void>((started) => {
      server.listen(0, '127.0.0.1', started);
    });
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
  });
  afterAll(async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['does not begin', () => undefined],
    ['does not end', (response) => void response.write('{"keys":')],
  ])('that %s is given up when its time is over', async (_title, answer) => {
    const time = new AbortController();
    asked = (response) => {
      answer(response);
      setImmediate(() => {
        time.abort();
      });
    };
    await expect(fetchProviderDocument(url, time.signal)).rejects.toThrow(
      `${url.href} does not answer in time`,
    );
  });

  test('that is no UTF-8 is refused', async () => {
    asked = (response) => void response.end(Buffer.from([0x22, 0xff, 0x22]));
    await expect(fetchProviderDocument(url, new AbortController().signal)).rejects.toThrow('cannot be read');
  });

  test('is read however it is cut', async () => {
    asked = (response) => {
      const bytes = Buffer.from('{"name":"Größe"}');
      response.write(bytes.subarray(0, 11));
      response.end(bytes.subarray(11));
    };
    expect(await fetchProviderDocument(url, new AbortController().signal)).toEqual({ name: 'Größe' });
  });
});
