/** Describes how a sent URI differs from a registered one; `undefined` if they have too little in common. */
export function addressDifference(sent: string, registered: string): string | undefined {
  if (!URL.canParse(sent) || !URL.canParse(registered)) return undefined;
  const [one, other] = [new URL(sent), new URL(registered)];
  const parts: string[] = [];
  if (one.protocol !== other.protocol) parts.push(`${one.protocol}// in place of ${other.protocol}//`);
  if (one.hostname !== other.hostname) {
    const isLoopback = (host: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(host);
    if (!isLoopback(one.hostname) || !isLoopback(other.hostname)) return undefined;
    parts.push(`${one.hostname} in place of ${other.hostname}`);
  }
  if (one.port !== other.port) parts.push(`${portOf(one)} in place of ${portOf(other)}`);
  if (one.pathname !== other.pathname) {
    const bare = (path: string): string => path.replace(/\/+$/, '');
    if (bare(one.pathname) === bare(other.pathname))
      parts.push(one.pathname.endsWith('/') ? 'a slash at its end' : 'no slash at its end');
    else if (one.pathname.toLowerCase() === other.pathname.toLowerCase())
      parts.push('capital and small letters in its path');
    else parts.push('another path');
  }
  if (one.search !== other.search) parts.push('another query');
  if (parts.length === 0) parts.push('another spelling of the same address');
  return parts.join(', ');
}

function portOf({ port }: URL): string {
  return port === '' ? 'no port' : `port ${port}`;
}

/** Explains an unregistered URI, as terms and their texts. */
export function addressFacts(
  sent: string | undefined,
  registered: readonly string[],
): readonly (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = [['Sent', sent ?? 'nothing']];
  for (const uri of registered) facts.push(['Registered', uri]);
  if (registered.length === 0) facts.push(['Registered', 'nothing']);
  if (sent === undefined) return facts;
  const near = registered
    .map((uri) => addressDifference(sent, uri))
    .filter((difference) => difference !== undefined)
    .sort((a, b) => a.split(', ').length - b.split(', ').length)[0];
  return near === undefined ? facts : [...facts, ['The difference', near]];
}
