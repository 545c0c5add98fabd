import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { reachOf } from '../../http/private-addresses.ts';
import type { DirectoryAccess } from './directory-access.ts';
import { DirectoryFault } from './directory-fault.ts';

const PORTS = { 'ldap:': 389, 'ldaps:': 636 } as const;

/** A server of a directory, from its URL. */
export interface DirectoryServer {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Whether TLS begins with the connection (`ldaps`). */
  readonly isTls: boolean;
}

/** Reads `ldap://host:port` or `ldaps://host:port`; `undefined` if it is anything else. */
export function parseServer(text: string): DirectoryServer | undefined {
  const match = /^(ldaps?:)\/\/(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?)(?::(\d{1,5}))?\/?$/i.exec(text);
  if (match === null) return undefined;
  const [, scheme = '', bracketed = '', port] = match;
  const protocol = scheme.toLowerCase() as keyof typeof PORTS;
  const number = port === undefined ? PORTS[protocol] : Number(port);
  const host = bracketed.replace(/^\[|\]$/g, '');
  if (number < 1 || number > 65_535 || (bracketed.startsWith('[') && isIP(host) !== 6)) return undefined;
  return { url: `${protocol}//${bracketed}:${number}`, host, port: number, isTls: protocol === 'ldaps:' };
}

/**
 * The addresses of a server that may be connected to (S47). The connection is made to one of these addresses, so a name that resolves
 * differently later cannot lead elsewhere. @throws {DirectoryFault}
 */
export async function addressesOf(
  { host, url }: DirectoryServer,
  { allowPrivate, allowPlain }: DirectoryAccess,
  isPlain: boolean,
): Promise<readonly string[]> {
  const found = isIP(host) === 0 ? await resolve(host, url) : [host];
  const reachable = found.filter((address) => {
    const reach = reachOf(address);
    return reach === 'public' || (reach === 'private' && allowPrivate);
  });
  if (reachable.length === 0) throw new DirectoryFault('address', `${url}: has no address that connectors may reach`);
  if (!isPlain) return reachable;
  const plain = allowPlain ? reachable.filter((address) => reachOf(address) === 'private') : [];
  if (plain.length === 0) throw new DirectoryFault('plain', `${url}: passwords are not sent without TLS`);
  return plain;
}

async function resolve(host: string, url: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new DirectoryFault('name', `${url}: the name cannot be resolved (${code})`, { cause: error });
  }
}
