import { type LookupAddress } from 'node:dns';
import { type WebhookMessage } from '../../src/app/ports/webhook';
import { HttpWebhookSender, type Resolve } from '../../src/webhooks/http-webhook-sender';
import { webhookAddresses } from '../../src/webhooks/public-address';
import { verify, WebhookReceiver } from '../support/webhook-receiver';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
const OTHER_SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

/** Far shorter than the product's, and only ever waited for where nobody answers. */
const TIMEOUT_MS = 300;

describe('a message', () => {
  let receiver: WebhookReceiver;
  const sender = new HttpWebhookSender({ addresses: webhookAddresses(true), timeoutMs: TIMEOUT_MS });

  beforeEach(async () => {
    receiver = await WebhookReceiver.open();
  });
  afterEach(async () => {
    await receiver.close();
  });

  const messageTo = (url: string, secrets = [SECRET]): WebhookMessage => ({
    url,
    id: 'evt_1_2',
    at: '2026-03-02T12:00:00.750Z',
    body: JSON.stringify({ type: 'tier.moved', timestamp: '2026-03-02T12:00:00.000Z', data: { 'ä€😀': 1 } }),
    secrets,
  });

  test('is posted with the headers of Standard Webhooks, and its signature verifies', async () => {
    const answer = await sender.send(messageTo(receiver.url));
    expect(answer).toEqual({
      statusCode: 204,
      error: null,
      retryAfter: null,
      durationMs: expect.any(Number) as number,
    });
    const [received] = receiver.received;
    expect(received).toMatchObject({
      method: 'POST',
      path: '/hook',
      id: 'evt_1_2',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Tierbook-Webhooks',
        'webhook-timestamp': '1772452800',
      },
    });
    if (received === undefined) throw new Error('nothing came');
    expect(verify(received, SECRET)).toMatchObject({ type: 'tier.moved', data: { 'ä€😀': 1 } });
    expect(() => verify(received, OTHER_SECRET)).toThrow('No matching signature');
    expect(() => verify({ ...received, body: `${received.body} ` }, SECRET)).toThrow('No matching signature');
  });

  test('is signed by the old secret beside the new one', async () => {
    await sender.send(messageTo(receiver.url, [SECRET, OLD_SECRET]));
    const [received] = receiver.received;
    if (received === undefined) throw new Error('nothing came');
    expect(String(received.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const secret of [SECRET, OLD_SECRET]) {
      expect(verify(received, secret)).toMatchObject({ type: 'tier.moved' });
    }
    expect(() => verify(received, OTHER_SECRET)).toThrow('No matching signature');
  });

  test('that is redirected goes nowhere else', async () => {
    const elsewhere = await WebhookReceiver.open();
    receiver.answering = (_message, response) => {
      response.writeHead(307, { location: elsewhere.url });
      return 307;
    };
    expect(await sender.send(messageTo(receiver.url))).toMatchObject({ statusCode: 307, error: null });
    expect(elsewhere.received).toEqual([]);
    await elsewhere.close();
  });

  test('hears what Retry-After says', async () => {
    receiver.answering = (_message, response) => {
      response.writeHead(503, { 'retry-after': '120' });
      return 503;
    };
    expect(await sender.send(messageTo(receiver.url))).toMatchObject({ statusCode: 503, retryAfter: '120' });
  });

  test('is given up where nobody answers in time', async () => {
    receiver.answering = () => null;
    expect(await sender.send(messageTo(receiver.url))).toMatchObject({
      statusCode: null,
      error: 'no answer came within 0.3 s',
    });
  });

  test.each([200, 500])('takes %d for an answer whose body never ends', async (status) => {
    receiver.answering = (_message, response) => {
      response.writeHead(status);
      response.write('and so on');
      return null;
    };
    expect(await sender.send(messageTo(receiver.url))).toMatchObject({ statusCode: status, error: null });
  });

  test('reads no more than a little of a body without end', async () => {
    let written = 0;
    receiver.answering = (_message, response) => {
      response.writeHead(200);
      const pour = (): void => {
        // A gigabyte at most, should nobody stop it.
        while (written < 2 ** 30 && !response.destroyed) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) break;
        }
      };
      response.on('drain', pour);
      pour();
      return null;
    };
    expect(await sender.send(messageTo(receiver.url))).toMatchObject({ statusCode: 200 });
    expect(written).toBeLessThan(2 ** 26);
  });

  test.each<[string, RegExp]>([
    ['http://127.0.0.1:1/', /^ECONNREFUSED$/],
    ['http://nowhere.invalid/', /^(ENOTFOUND|EAI_AGAIN)$/],
  ])('to %s says why it did not get there', async (url, error) => {
    const answer = await sender.send(messageTo(url));
    expect(answer.statusCode).toBeNull();
    expect(answer.error).toMatch(error);
  });

  test('to what speaks no HTTP says so', async () => {
    receiver.answering = (_message, response) => {
      response.socket?.end('SMTP, really\r\n\r\n');
      return null;
    };
    const answer = await sender.send(messageTo(receiver.url));
    expect(answer).toMatchObject({ statusCode: null, error: expect.stringMatching(/^HPE_/) as string });
  });
});

describe('the network within', () => {
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await WebhookReceiver.open();
  });
  afterAll(async () => {
    await receiver.close();
  });

  const send = async (
    url: string,
    resolved: readonly string[] = [],
    options: { readonly allowed?: boolean } = {},
  ) => {
    const { asked, attempt } = senderTo(resolved, options);
    return { asked, answer: await attempt(url) };
  };

  /** One sender, which can be asked again. */
  function senderTo(resolved: readonly string[], options: { readonly allowed?: boolean } = {}) {
    const asked: string[] = [];
    const resolve: Resolve = (hostname, done) => {
      asked.push(hostname);
      const addresses: LookupAddress[] = resolved.map((address) => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }));
      done(null, addresses);
    };
    const sender = new HttpWebhookSender({
      addresses: webhookAddresses(options.allowed ?? false),
      timeoutMs: TIMEOUT_MS,
      resolve,
    });
    const body = '{"type":"webhook.test","data":{}}';
    const at = '2026-03-02T12:00:00.000Z';
    return {
      asked,
      attempt: (url: string) => sender.send({ url, id: 'evt_1_2', at, body, secrets: [SECRET] }),
    };
  }
  const portOf = (): string => new URL(receiver.url).port;

  test.each([
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['169.254.169.254'],
    ['100.64.0.1'],
    ['0.0.0.0'],
    ['224.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['fd00::1'],
    ['fe80::1'],
  ])('is not reached by a name that resolves to %s', async (address) => {
    const { answer } = await send(`https://hooks.example:${portOf()}/`, [address]);
    expect(answer).toMatchObject({
      statusCode: null,
      error: `${address} is not a public address (WEBHOOK_PRIVATE_ADDRESSES=1 allows it)`,
    });
    expect(receiver.received).toEqual([]);
  });

  test('is not reached by a name that resolves to several addresses of it, nor to none', async () => {
    const inner = await send('https://hooks.example/', ['10.0.0.1', '::1']);
    expect(inner.answer.error).toMatch(/^10\.0\.0\.1 is not a public address/);
    const none = await send('https://hooks.example/', []);
    expect(none.answer.error).toMatch(/^hooks\.example is not a public address/);
  });

  test('is looked at again at every attempt', async () => {
    const { asked, attempt } = senderTo(['192.168.0.1']);
    for (let times = 1; times <= 2; times += 1) {
      expect((await attempt('https://hooks.example/')).error).toMatch(/^192\.168\.0\.1 is not/);
      expect(asked).toHaveLength(times);
    }
  });

  test.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://localhost/',
  ])('is not reached by %s, and nobody is asked', async (url) => {
    const { asked, answer } = await send(url, ['93.184.215.14']);
    expect(asked).toEqual([]);
    expect(answer).toMatchObject({
      statusCode: null,
      error: expect.stringMatching(/is not a public/) as string,
    });
  });

  test('is not spoken to without https', async () => {
    const { asked, answer } = await send('http://hooks.example/', ['93.184.215.14']);
    expect(asked).toEqual([]);
    expect(answer).toMatchObject({ statusCode: null, error: 'only https:// is allowed' });
  });

  test('is reached where that is allowed, by the very address that the name resolved to', async () => {
    const { asked, answer } = await send(`http://hooks.example:${portOf()}/`, ['127.0.0.1'], {
      allowed: true,
    });
    expect(asked).toEqual(['hooks.example']);
    expect(answer.statusCode).toBe(204);
    expect(receiver.received.map(({ headers }) => headers.host)).toEqual([`hooks.example:${portOf()}`]);
  });
});
