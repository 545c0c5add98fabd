/** A change sequence number as OpenLDAP 2.4 and later write it: time, count, server and modification. */
const CSN = /^\d{14}\.\d{6}Z#[\da-f]{6}#([\da-f]{3})#[\da-f]{6}$/;

/** Whether a text is a change sequence number. They sort as texts. */
export function isCsn(text: string): boolean {
  return CSN.test(text);
}

/**
 * The earliest change that may have arrived between two readings of `contextCSN`: each provider's changes arrive in order, however late.
 * @returns `undefined` if a provider went back or is new, so that its earlier changes may be missing.
 */
export function changedSince(before: readonly string[], after: readonly string[]): string | undefined {
  const [known, now] = [byServer(before), byServer(after)];
  if (known.size === 0 || known.size !== now.size) return undefined;
  const changed: string[] = [];
  for (const [server, csn] of known) {
    const next = now.get(server);
    if (next === undefined || next < csn) return undefined;
    if (next > csn) changed.push(csn);
  }
  // Nothing has changed; the newest of all only finds itself.
  return changed.length > 0 ? changed.sort()[0] : [...known.values()].sort().at(-1);
}

function byServer(csns: readonly string[]): ReadonlyMap<string, string> {
  return new Map(csns.map((csn) => [CSN.exec(csn)?.[1] ?? '', csn]));
}
