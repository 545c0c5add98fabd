import { isIP } from 'node:net';

/** Whether a request's `Host` belongs to this server. */
export type IsOurHost = (host: string | undefined) => boolean;

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '');
}

/**
 * Recognises the server's own hosts: those of its URLs and the listed ones. A listed host without a port matches any port.
 * @returns `undefined` if no host is listed, so that any host is accepted.
 */
export function hostPinning(allowed: readonly string[], urls: readonly string[]): IsOurHost | undefined {
  if (allowed.length === 0) return undefined;
  const hosts = new Set([...allowed, ...urls.map((url) => new URL(url).host)].map((host) => host.toLowerCase()));
  return (host) => {
    if (host === undefined) return false;
    const asked = host.toLowerCase();
    return hosts.has(asked) || hosts.has(withoutPort(asked));
  };
}

/**
 * Whether a `Host` is an address or this machine, as in requests from probes and Prometheus. A page that has pointed its own name here (DNS
 * rebinding) cannot send such a host. A missing `Host` passes too: some load balancers omit it (HTTP/1.0), and no browser does.
 */
export function isAddress(host: string | undefined): boolean {
  if (host === undefined) return true;
  const asked = withoutPort(host).replace(/^\[(.*)\]$/, '$1');
  return isIP(asked) !== 0 || asked.toLowerCase() === 'localhost';
}
