import { canonicalDn } from '../directory-client/distinguished-name.ts';
import { textsOf } from './read-claim.ts';

const CLAIM = 'groupDns';

/** Whether a claim has the distinguished names of a person's groups. Keys of conditions ignore case. */
export function isGroupDns(claim: string): boolean {
  return claim.toLowerCase() === CLAIM.toLowerCase();
}

/**
 * One spelling of a distinguished name, however it was typed: directories regard neither its case nor the spaces around its separators. A pattern
 * that is no whole name only loses its case.
 */
export function oneSpelling(dn: string): string {
  return canonicalDn(dn) ?? dn.toLowerCase();
}

/** Whether a claim has a value: exactly, or as a distinguished name. */
export function valueTest(claim: string, value: unknown): (wanted: string) => boolean {
  const texts = textsOf(value);
  if (claim !== CLAIM) {
    const values = new Set(texts);
    return (wanted) => values.has(wanted);
  }
  const names = new Set(texts.map(oneSpelling));
  return (wanted) => names.has(oneSpelling(wanted));
}
