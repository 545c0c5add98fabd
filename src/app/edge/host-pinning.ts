import { isIP } from 'node:net';

/** Whether a request's `Host` is one that this server goes by. */
export type IsOurHost = (host: string | undefined) => boolean;

/** A host as the setting takes it: a name or an address, with or without a port. */
export const PINNED_HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

/**
 * Makes what tells the server's own hosts: that of the public URL and the listed ones, those without a port at any port.
 * @returns `undefined` where no host is listed: then any will do.
 */
export function hostPinning(allowed: readonly string[], publicUrl: string): IsOurHost | undefined {
  if (allowed.length === 0) return undefined;
  const hosts = new Set([...allowed, new URL(publicUrl).host].map((host) => host.toLowerCase()));
  return (host) => {
    if (host === undefined) return false;
    const asked = host.toLowerCase();
    return hosts.has(asked) || hosts.has(withoutPort(asked));
  };
}

/**
 * Whether a `Host` is an address or this machine, as probes and Prometheus ask. A page that has made its own name point here (DNS rebinding)
 * cannot ask so; nor can any browser without a `Host`, as some load balancers do (HTTP/1.0).
 */
export function isAddress(host: string | undefined): boolean {
  if (host === undefined) return true;
  const asked = withoutPort(host).replace(/^\[(.*)\]$/, '$1');
  return isIP(asked) !== 0 || asked.toLowerCase() === 'localhost';
}
