import type { Client } from 'oidc-provider';
import { resourcesOf } from '../features/resources.ts';
import type { DeviceRequest } from '../library/device-code.ts';
import { SCOPE_WORDS } from '../scope-words.ts';

/** What a device asks for: scopes of this server, and scopes of other services by their identifiers. */
export interface RequestedAccess {
  readonly scopes: readonly string[];
  readonly resourceScopes: Readonly<Record<string, readonly string[]>>;
}

/** The access that the page shows, and that allowing the request grants. Whatever else was requested is not granted by it. */
export function requestedAccess(client: Client, { params }: Pick<DeviceRequest, 'params'>): RequestedAccess {
  const asked = new Set(String(params['scope'] ?? '').split(' '));
  const resources = new Set([params['resource'] ?? []].flat());
  const listed = resourcesOf(client).filter(({ resource }) => resources.has(resource));
  const ofResource = ({ resource, scopes }: (typeof listed)[number]) =>
    [resource, scopes.filter((scope) => asked.has(scope))] as const;
  return {
    scopes: Object.keys(SCOPE_WORDS).filter((scope) => asked.has(scope)),
    resourceScopes: Object.fromEntries(listed.map(ofResource).filter(([, scopes]) => scopes.length > 0)),
  };
}
