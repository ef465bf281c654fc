import { isIP } from 'node:net';
import { parse } from 'ipaddr.js';
import { type WebhookAddresses } from '../app/ports/webhook';

/** Names that stand for this machine wherever they are looked up. */
const OF_THIS_MACHINE = /^(.*\.)?localhost\.?$/;

/**
 * Whether an address is one of the public internet: neither loopback, private, link-local, shared by a carrier,
 * unique-local, multicast, reserved nor unspecified, and none that only wraps another one (IPv4-mapped, 6to4, NAT64).
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = parse(address);
  return parsed.range() === 'unicast';
}

/** The address that a URL's host is by itself; null for a name. URLs know the other ways to write an IPv4 address. */
export function literalAddress(url: string): string | null {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}

/** Where webhooks may go, as far as the text of a URL says; what a name resolves to is looked at when it is used. */
export function webhookAddresses(privateAllowed: boolean): WebhookAddresses {
  return {
    privateAllowed,
    refusal(url) {
      if (privateAllowed) return null;
      const { hostname } = new URL(url);
      if (OF_THIS_MACHINE.test(hostname)) return notPublic(hostname);
      const address = literalAddress(url);
      return address === null || isPublicAddress(address) ? null : notPublic(address);
    },
  };
}

/** Says which address is refused and how it could be allowed. */
export function notPublic(address: string): string {
  return `${address} is not a public address (WEBHOOK_PRIVATE_ADDRESSES=1 allows it)`;
}
