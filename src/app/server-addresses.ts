import type { RequestListener } from 'node:http';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from './log/log.ts';
import { type Address, type RunningServer, serve } from './serve.ts';
import type { Settings } from './settings/settings.ts';
import { openTlsCertificate, type TlsCertificate } from './tls/tls-certificate.ts';

/** Opens the server's own certificate, if it speaks TLS itself. @throws {Error} naming a file that cannot be used. */
export function openServerTls(
  { tls, publicUrl }: Settings['server'],
  { clock, log }: { readonly clock: Clock; readonly log: Pick<Log, 'info' | 'warn' | 'error'> },
): TlsCertificate | undefined {
  const { certificateFile, keyFile, keyPassphrase } = tls;
  if (certificateFile === undefined || keyFile === undefined) return undefined;
  const host = new URL(publicUrl).hostname.replace(/^\[(.*)\]$/, '$1');
  return openTlsCertificate({ certificateFile, keyFile, keyPassphrase }, { clock, log, host });
}

/** Where the server listens: at its port, and at the one where clients are asked for certificates. */
export function addressesOf(
  { host, port, clientCertificates }: Settings['server'],
  tls: TlsCertificate | undefined,
): readonly Address[] {
  const first = { host, port, tls };
  if (clientCertificates.port === undefined) return [first];
  return [first, { host, port: clientCertificates.port, tls, asksForCertificate: true }];
}

/** Listens at all addresses, or at none: rejects if one is not available. */
export async function serveAll(addresses: readonly Address[], listener: RequestListener): Promise<RunningServer> {
  const servers: RunningServer[] = [];
  const drain: RunningServer['drain'] = async (options) =>
    void (await Promise.all(servers.map((server) => server.drain(options))));
  try {
    for (const address of addresses) servers.push(await serve(address, listener));
  } catch (error) {
    await drain();
    throw error;
  }
  return {
    sendAway() {
      for (const server of servers) server.sendAway();
    },
    drain,
  };
}
