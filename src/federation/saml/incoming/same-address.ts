/** Whether two addresses are the same. Some peers write the port that our metadata leave out; nothing else may differ. */
export function isSameAddress(one: string, other: string): boolean {
  return withoutDefaultPort(one) === withoutDefaultPort(other);
}

/** The one of our addresses that a peer names, as we publish it. */
export function namedAddress(ours: readonly string[], named: string): string | undefined {
  return ours.find((each) => isSameAddress(each, named));
}

function withoutDefaultPort(address: string): string {
  return address
    .replace(/^(https:\/\/[^/?#@]+):443(?=[/?#]|$)/, '$1')
    .replace(/^(http:\/\/[^/?#@]+):80(?=[/?#]|$)/, '$1');
}
