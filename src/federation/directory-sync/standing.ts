import type { Connector } from '../../identity/documents/connector.ts';
import type { ListedPerson } from '../connectors/directory-connector.ts';
import type { VerifiedLogin } from '../connectors/verified-login.ts';
import { compileLoginCondition } from '../provisioning/login-condition.ts';

/** Whether a person may sign in, by the directory and by the condition of the connector. */
export type Standing = { readonly maySignIn: true } | { readonly maySignIn: false; readonly reason: string };

/** What of a connector's condition a login does not meet; `undefined` if it meets all. */
export type FailingCondition = (login: Pick<VerifiedLogin, 'subject' | 'claims'>) => string | undefined;

/** Compiles the condition of a connector. */
export function failingConditionOf({ name, rules }: Pick<Connector, 'name' | 'rules'>): FailingCondition {
  if (rules.condition === undefined) return () => undefined;
  const condition = compileLoginCondition(rules.condition);
  return ({ subject, claims }) => condition.failing({ subject, claims, connector: name });
}

/** How the reasons begin. */
export const DISABLED_THERE = 'disabled in the directory';
export const UNMET = 'does not meet the condition of the connector';
export const GONE = { maySignIn: false, reason: 'not in the directory any more' } as const satisfies Standing;

/**
 * The standing of a person whom the directory lists.
 * @returns `undefined` if it is not known, because the password is due for a change or there are too many groups: then nothing happens.
 */
export function standingOf(
  { subject, disabledBecause, claims }: ListedPerson,
  { rules }: Pick<Connector, 'rules'>,
  failing: FailingCondition,
): Standing | undefined {
  if (disabledBecause !== undefined) {
    return { maySignIn: false, reason: `${DISABLED_THERE}: ${disabledBecause}` };
  }
  if (rules.condition === undefined) return { maySignIn: true };
  if (claims === undefined) return undefined;
  const unmet = failing({ subject, claims });
  return unmet === undefined ? { maySignIn: true } : { maySignIn: false, reason: `${UNMET}: ${unmet}` };
}
