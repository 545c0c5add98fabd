import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, type Socket } from 'node:net';

/** Returns the client address of a request. */
export type ClientAddress = (request: IncomingMessage) => string;

/** The proxies whose forwarding headers are trusted. */
export interface TrustedProxies {
  has(address: string): boolean;
  /** The peer of a connection. It is the same for all of the connection's requests, so it is only checked once. */
  peerOf(socket: Socket): Peer;
}

/** The other end of a connection. */
export interface Peer {
  readonly address: string;
  readonly isProxy: boolean;
}

/** Maximum number of cached checks. A check allocates a native object, which is the most expensive part of determining a sender. */
const MAX_REMEMBERED = 1000;

/** @param proxies Addresses and CIDR ranges. If empty, forwarding headers are ignored. */
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
      if (remembered.size >= MAX_REMEMBERED) remembered.clear();
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

/** Removes the prefix that IPv4 addresses have on an IPv6 socket, and the zone of a link-local address, which ranges do not support. */
function plain(address: string): string {
  const zone = address.indexOf('%');
  const unzoned = zone === -1 ? address : address.slice(0, zone);
  return unzoned.startsWith('::ffff:') ? unzoned.slice('::ffff:'.length) : unzoned;
}

function entries(header: string | string[] | undefined): readonly string[] {
  return (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((entry) => entry.trim());
}

/**
 * The client address of a request. `X-Forwarded-For` is read from its end, as far as trusted proxies wrote it: the client may have
 * forged everything to the left of the last address that is not a trusted proxy (ASVS 4.1.3).
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

/** Whether the client's own connection was encrypted: the one to us, or, as the last trusted proxy reports, the one to it. */
export function isSecure(request: IncomingMessage, proxies: TrustedProxies): boolean {
  if ('encrypted' in request.socket && request.socket.encrypted === true) return true;
  if (!proxies.peerOf(request.socket).isProxy) return false;
  return entries(request.headers['x-forwarded-proto']).at(-1) === 'https';
}

/** The address that a request came from, and whether its connection was encrypted. */
export interface Sender {
  readonly ip: string;
  readonly secure: boolean;
}

/** Creates a cached reader of {@link clientAddress} and {@link isSecure}. A connection has one sender, unless its peer is a proxy. */
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

/** Replaces the forwarding headers with trusted values, so that later code never reads values that a client forged. */
export function replaceForwardingHeaders(request: IncomingMessage, proxies: TrustedProxies): void {
  const address = clientAddress(request, proxies);
  const protocol = isSecure(request, proxies) ? 'https' : 'http';
  for (const name of ['forwarded', 'x-forwarded-host', 'x-forwarded-port', 'x-real-ip']) delete request.headers[name];
  request.headers['x-forwarded-for'] = address;
  request.headers['x-forwarded-proto'] = protocol;
}
