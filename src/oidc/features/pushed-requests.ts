import type { Configuration } from 'oidc-provider';

/** RFC 9126: apps may hand in their request first; each `request_uri` works once, within a minute. Clients may be bound to it. */
export function pushedRequests(): Configuration {
  return { features: { pushedAuthorizationRequests: { enabled: true, allowUnregisteredRedirectUris: false } } };
}
