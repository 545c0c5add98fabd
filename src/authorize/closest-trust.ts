import type { AuditDecision } from '../kernel/audit-event.ts';
import type { Verdict } from './authorizer.ts';
import { closestStatement } from './closest-statement.ts';
import { cutTo } from './cut-text.ts';
import { nameOf } from './denial-reasons.ts';

/** Parts of the values come from a token that anyone may send. */
const cut = cutTo({ text: 200, list: 5 });

/**
 * The statement of a trust policy that came closest to letting a web identity or a SAML login in, with every part that did not match. The
 * caller is only told that it is not authorised, and people who cannot see more tend to remove conditions until it works.
 * `undefined` for all other decisions.
 */
export function closestTrust({ request, decision }: Verdict): AuditDecision['closest'] {
  const { type } = request.principal;
  if (decision.allowed || decision.layer !== 'trust' || (type !== 'WebIdentity' && type !== 'SAML')) return undefined;
  const closest = closestStatement(decision, { layer: 'trust', level: undefined });
  if (closest === undefined || closest.mismatches.length === 0) return undefined;
  return {
    statement: nameOf(closest.statement).sid,
    unmet: cut.list(closest.mismatches).map((mismatch) => {
      const wanted = cut.texts(mismatch.wanted);
      if (mismatch.kind !== 'condition') return { part: mismatch.kind, wanted, actual: cut.text(mismatch.actual) };
      const { operator, key, actual } = mismatch;
      return { part: 'condition', operator, key, wanted, ...(actual !== undefined && { actual: cut.value(actual) }) };
    }),
  };
}
