import { isPublicAddress, literalAddress, webhookAddresses } from '../../src/webhooks/public-address';

test.each([
  ['93.184.215.14', true],
  ['8.8.8.8', true],
  ['2606:2800:21f:cb07:6820:80da:af6b:8b2c', true],
  ['0.0.0.0', false],
  ['0.1.2.3', false],
  ['10.0.0.1', false],
  ['100.64.0.1', false],
  ['100.127.255.255', false],
  ['127.0.0.1', false],
  ['127.255.255.254', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['192.0.2.1', false],
  ['198.18.0.1', false],
  ['198.51.100.7', false],
  ['203.0.113.9', false],
  ['224.0.0.1', false],
  ['239.255.255.255', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fc00::1', false],
  ['fd12:3456:789a::1', false],
  ['ff02::1', false],
  ['2001:db8::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:8.8.8.8', false],
  ['::127.0.0.1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001:0:7f00:1::', false],
  ['example.com', false],
  ['', false],
])('%p is a public address: %p', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

test.each([
  ['https://example.com/', null],
  ['https://93.184.215.14/', '93.184.215.14'],
  ['https://2130706433/', '127.0.0.1'],
  ['https://0x7f000001/', '127.0.0.1'],
  ['https://0177.0.0.1/', '127.0.0.1'],
  ['https://127.1/', '127.0.0.1'],
  ['https://0/', '0.0.0.0'],
  ['https://[::1]:8443/', '::1'],
  ['https://[::ffff:10.0.0.1]/', '::ffff:a00:1'],
  ['https://①②⑦.0.0.1/', '127.0.0.1'],
])('the host of %p is by itself the address %p', (url, address) => {
  expect(literalAddress(url)).toBe(address);
});

test.each([
  ['https://example.com/', null],
  ['https://93.184.215.14:8443/', null],
  ['https://10.0.0.1/', '10.0.0.1'],
  ['https://10.0.0.1:443/', '10.0.0.1'],
  ['https://169.254.169.254/latest/meta-data', '169.254.169.254'],
  ['https://2130706433/', '127.0.0.1'],
  ['https://0177.0.0.01/', '127.0.0.1'],
  ['https://[::]/', '::'],
  ['https://[fd00::1]/', 'fd00::1'],
  ['https://localhost/', 'localhost'],
  ['https://LOCALHOST./', 'localhost.'],
  ['https://api.localhost/', 'api.localhost'],
])('%p is refused for %p, unless private addresses are allowed', (url, refused) => {
  const refusal = webhookAddresses(false).refusal(url);
  if (refused === null) expect(refusal).toBeNull();
  else expect(refusal).toBe(`${refused} is not a public address (WEBHOOK_PRIVATE_ADDRESSES=1 allows it)`);
  expect(webhookAddresses(true).refusal(url)).toBeNull();
});
