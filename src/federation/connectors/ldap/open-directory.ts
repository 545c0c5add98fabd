import { type DirectoryConnection, directoryConnection } from '../../directory-client/directory-connection.ts';
import { DirectoryFault, isServerDown } from '../../directory-client/directory-fault.ts';
import { openSocket } from '../../directory-client/open-socket.ts';
import { faultOf, RESULT_CODES } from '../../directory-client/result-codes.ts';
import { type DirectoryServer, parseServer } from '../../directory-client/server-address.ts';

/** How long a server that failed is tried last, in ms. */
const REST_MS = 30_000;

export interface DirectoryOptions {
  readonly settings: OpenLdapSettings;
  /** The service account's password. */
  readonly secret: string;
  readonly network: DirectoryAccess;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
}

/** A connection, and the server at its other end. */
export interface DirectoryLine {
  readonly server: DirectoryServer;
  readonly connection: DirectoryConnection;
}

/** Opens connections to the servers of one directory. */
export interface Directory {
  /** A connection that is authenticated as the service account, to the first server that works. @throws {DirectoryFault} */
  asService(): Promise<DirectoryLine>;
  /** A connection without authentication. @throws {DirectoryFault} */
  to(server: DirectoryServer): Promise<DirectoryConnection>;
}

export function openDirectory({ settings, secret, network, elapsed }: DirectoryOptions): Directory {
  const { startTls, ca, serverName, timeoutMs, bindDn } = settings;
  const servers = settings.servers.flatMap((url) => parseServer(url) ?? []);
  const failedAt = new Map<DirectoryServer, number>();

  /** In the order of the settings, except that servers that failed a moment ago come last. */
  const inOrder = (): readonly DirectoryServer[] => {
    const rests = (server: DirectoryServer) => elapsed() - (failedAt.get(server) ?? Number.NEGATIVE_INFINITY) < REST_MS;
    return [...servers.filter((server) => !rests(server)), ...servers.filter(rests)];
  };
  const to = async (server: DirectoryServer): Promise<DirectoryConnection> =>
    directoryConnection(await openSocket({ server, startTls, ca, serverName, network, timeoutMs }), server.url);
  const serviceAt = async (server: DirectoryServer): Promise<DirectoryLine> => {
    const connection = await to(server);
    try {
      const result = await connection.bind(bindDn, secret, { timeoutMs });
      if (result.code !== RESULT_CODES.success) throw faultOf(`${server.url}: sign-in as ${bindDn}`, result);
      return { server, connection };
    } catch (error) {
      connection.close();
      throw error;
    }
  };

  return {
    to,
    async asService() {
      let fault: unknown = new DirectoryFault('address', 'no server is configured');
      for (const server of inOrder()) {
        try {
          const line = await serviceAt(server);
          failedAt.delete(server);
          return line;
        } catch (error) {
          fault = error;
          // A server that answers, but wrongly, must not be covered up by the next one.
          if (!(error instanceof DirectoryFault) || !isServerDown(error)) throw error;
          failedAt.set(server, elapsed());
        }
      }
      throw fault;
    },
  };
}

import type { DirectoryAccess } from '../../directory-client/directory-access.ts';
import type { OpenLdapSettings } from './given-settings.ts';
