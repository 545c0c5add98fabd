/** Whether two addresses are the same. Some peers write the port that our metadata leave out; nothing else may differ. */
export function isSameAddress(one: string, other: string): boolean {
  return withoutDefaultPort(one) === withoutDefaultPort(other);
}

function withoutDefaultPort(address: string): string {
  return address
    .replace(/^(https:\/\/[^/?#@]+):443(?=[/?#]|$)/, '$1')
    .replace(/^(http:\/\/[^/?#@]+):80(?=[/?#]|$)/, '$1');
}
