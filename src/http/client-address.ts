import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';

/** Tells the address that a request came from. */
export type ClientAddress = (request: IncomingMessage) => string;

/** The proxies whose word is taken. */
export interface TrustedProxies {
  has(address: string): boolean;
  /** Who is at the other end of a connection. That is the same for all of its requests, so it is checked once. */
  peerOf(socket: Socket): Peer;
}

/** The other end of a connection. */
export interface Peer {
  readonly address: string;
  readonly isProxy: boolean;
}

/** Addresses whose check is remembered: a check makes an object of the runtime's, which costs more than all else of a sender. */
const MOST_REMEMBERED = 1000;

/** @param proxies addresses and CIDR ranges; with none, no forwarding header is ever looked at. */
export function trustedProxies(proxies: readonly string[]): TrustedProxies {
  const list = new BlockList();
  const typeOf = (address: string) => (address.includes(':') ? 'ipv6' : 'ipv4');
  for (const proxy of proxies) {
    const [address = '', prefix] = proxy.split('/');
    if (prefix === undefined) list.addAddress(address, typeOf(address));
    else list.addSubnet(address, Number(prefix), typeOf(address));
  }
  const remembered = new Map<string, boolean>();
  const peers = new WeakMap<Socket, Peer>();
  function has(address: string): boolean {
    if (proxies.length === 0) return false;
    let answer = remembered.get(address);
    if (answer === undefined) {
      answer = isIP(address) !== 0 && list.check(address, typeOf(address));
      if (remembered.size >= MOST_REMEMBERED) remembered.clear();
      remembered.set(address, answer);
    }
    return answer;
  }
  return {
    has,
    peerOf(socket) {
      let peer = peers.get(socket);
      if (peer === undefined) {
        const address = plain(socket.remoteAddress ?? '');
        peer = { address, isProxy: has(address) };
        peers.set(socket, peer);
      }
      return peer;
    },
  };
}

/** Without what IPv4 has before it on an IPv6 socket, and without the zone of a link-local address, which ranges do not know. */
function plain(address: string): string {
  const zone = address.indexOf('%');
  const unzoned = zone === -1 ? address : address.slice(0, zone);
  return unzoned.startsWith('::ffff:') ? unzoned.slice('::ffff:'.length) : unzoned;
}

function entries(header: string | string[] | undefined): readonly string[] {
  return (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((entry) => entry.trim());
}

/**
 * The address that a request came from. `X-Forwarded-For` is read from its end, as far as known proxies wrote it: whatever
 * stands before the first address that is not one of them, the client may have made up (ASVS 4.1.3).
 */
export function clientAddress(request: IncomingMessage, proxies: TrustedProxies): string {
  const peer = proxies.peerOf(request.socket);
  let { address } = peer;
  if (!peer.isProxy) return address;
  for (const hop of [...entries(request.headers['x-forwarded-for'])].reverse()) {
    const candidate = plain(hop);
    if (isIP(candidate) === 0) return address;
    address = candidate;
    if (!proxies.has(candidate)) return address;
  }
  return address;
}

/** Whether the client's own connection was encrypted: to us, or to a known proxy, as the last one says. */
export function isSecure(request: IncomingMessage, proxies: TrustedProxies): boolean {
  if ('encrypted' in request.socket && request.socket.encrypted === true) return true;
  if (!proxies.peerOf(request.socket).isProxy) return false;
  return entries(request.headers['x-forwarded-proto']).at(-1) === 'https';
}

/** Where a request came from, and whether its connection was encrypted. */
export interface Sender {
  readonly ip: string;
  readonly secure: boolean;
}

/** Makes what tells {@link clientAddress} and {@link isSecure}. All that comes over a connection has one sender, unless a proxy forwards it. */
export function senderReader(proxies: TrustedProxies): (request: IncomingMessage) => Sender {
  const read = (request: IncomingMessage): Sender => ({
    ip: clientAddress(request, proxies),
    secure: isSecure(request, proxies),
  });
  const senders = new WeakMap<Socket, Sender>();
  return (request) => {
    const known = senders.get(request.socket);
    if (known !== undefined) return known;
    const sender = read(request);
    if (proxies.peerOf(request.socket).isProxy) return sender;
    senders.set(request.socket, sender);
    return sender;
  };
}

/** Puts what may be believed in the place of the forwarding headers, so that no code behind reads what a client made up. */
export function settleForwarding(request: IncomingMessage, proxies: TrustedProxies): void {
  const address = clientAddress(request, proxies);
  const protocol = isSecure(request, proxies) ? 'https' : 'http';
  for (const name of ['forwarded', 'x-forwarded-host', 'x-forwarded-port', 'x-real-ip']) delete request.headers[name];
  request.headers['x-forwarded-for'] = address;
  request.headers['x-forwarded-proto'] = protocol;
}
