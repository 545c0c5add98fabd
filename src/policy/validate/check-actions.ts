import type { PolicyDocument, PolicyText } from '../document/policy-document.ts';
import type { Refuse } from './malformed-policy.ts';

/** The actions of all statements. Refuses a statement without actions. */
export function requireActions({ statements }: PolicyDocument, refuse: Refuse): readonly PolicyText[] {
  return statements.flatMap(({ action, at }) => {
    if (!action || action.values.length === 0) {
      return refuse('Policy statement must contain actions.', action?.at ?? at);
    }
    return action.values;
  });
}

/** An action must be `*` or `vendor:Name`. */
export function checkAction({ text, at }: PolicyText, refuse: Refuse): void {
  if (text === '*') return;
  const colon = text.indexOf(':');
  if (colon < 0) refuse('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.', at);
  if (text.includes(':', colon + 1)) refuse('Actions/Condition can contain only one colon.', at);
  const vendor = text.slice(0, colon);
  if (vendor !== '*' && !/^[\dA-Za-z.-]+$/.test(vendor)) refuse(`Vendor ${vendor} is not valid`, at, 'verbatim');
}
