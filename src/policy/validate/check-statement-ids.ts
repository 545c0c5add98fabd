import type { PolicyDocument } from '../document/policy-document.ts';
import type { Refuse } from './malformed-policy.ts';

const ALPHANUMERIC =
  'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*';

/** No two statements may have the same `Sid`; an empty one counts as none. `taken` is the message for a duplicate. */
export function checkStatementIdsUnique({ statements }: PolicyDocument, taken: string, refuse: Refuse): void {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (!sid || sid.text === '') continue;
    if (seen.has(sid.text)) refuse(taken, sid.at);
    seen.add(sid.text);
  }
}

/** A `Sid` consists of letters and digits. */
export function checkStatementIdsPlain({ statements }: PolicyDocument, refuse: Refuse): void {
  for (const { sid } of statements) {
    if (sid && !/^[\dA-Za-z]*$/.test(sid.text)) refuse(ALPHANUMERIC, sid.at);
  }
}
