/** The sources that AWS has, too. Our own keep the names that they have in the audit record. */
const SOURCES: ReadonlyMap<string, string> = new Map([
  ['iam', 'iam.amazonaws.com'],
  ['sts', 'sts.amazonaws.com'],
  ['cloudtrail', 'cloudtrail.amazonaws.com'],
  ['sign-in', 'signin.amazonaws.com'],
]);

const OWN: ReadonlyMap<string, string> = new Map([...SOURCES].map(([own, shown]) => [shown, own]));

export function eventSourceOf(source: string): string {
  return SOURCES.get(source) ?? source;
}

/** The name in the audit record. */
export function ownSource(shown: string): string {
  return OWN.get(shown) ?? shown;
}
