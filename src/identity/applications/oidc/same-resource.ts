/** The text of an address that is an origin and nothing else, without the slash that may follow it; otherwise `undefined`. */
function bareOrigin(resource: string): string | undefined {
  const bare = resource.replace(/\/$/, '');
  const origin = URL.parse(resource)?.origin;
  return origin !== undefined && origin !== 'null' && bare.toLowerCase() === origin ? origin : undefined;
}

/**
 * The registered spelling of a resource that a client requests (RFC 8707 §2). Clients that parse a bare origin write a slash behind it, which
 * changes nothing (RFC 3986 §6.2.3). Any other difference makes another resource.
 * @returns what was requested, if nothing registered is the same.
 */
export function registeredSpelling(requested: string, registered: readonly string[]): string {
  if (registered.includes(requested)) return requested;
  const origin = bareOrigin(requested);
  return (origin && registered.find((resource) => bareOrigin(resource) === origin)) ?? requested;
}
