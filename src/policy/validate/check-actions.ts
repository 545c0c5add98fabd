import type { PolicyDocument, PolicyText } from '../document/policy-document.ts';
import type { Refuse } from './malformed-policy.ts';

/** Every statement must name actions, each as `vendor:Name` or `*`. */
export function checkActions({ statements }: PolicyDocument, refuse: Refuse): void {
  for (const { action } of statements) {
    for (const value of action?.values ?? []) checkAction(value, refuse);
  }
}

/** Every statement must say which actions it is about. */
export function checkActionsExist({ statements }: PolicyDocument, refuse: Refuse): void {
  for (const { action, at } of statements) {
    if (!action || action.values.length === 0) refuse('Policy statement must contain actions.', action?.at ?? at);
  }
}

function checkAction({ text, at }: PolicyText, refuse: Refuse): void {
  if (text === '*') return;
  const [vendor = '', ...names] = text.split(':');
  if (names.length === 0) refuse('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.', at);
  if (names.length > 1) refuse('Actions/Condition can contain only one colon.', at);
  if (vendor !== '*' && !/^[\dA-Za-z.-]+$/.test(vendor)) refuse(`Vendor ${vendor} is not valid`);
}
