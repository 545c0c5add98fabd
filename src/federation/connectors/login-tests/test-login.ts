import { type Connector, takesSignIns } from '../../../identity/documents/connector.ts';
import { type ExplainedPerson, explainPerson } from '../../provisioning/explain-person.ts';
import { type ConditionOutcome, compileLoginCondition } from '../../provisioning/login-condition.ts';
import type { Claims } from '../../provisioning/read-claim.ts';
import { countedFactor } from '../../provisioning/trusted-factors.ts';
import type { LoginEvidence, LoginTester, TestedCheck } from '../tested-login.ts';

/** The outcome of a tested login, as far as the connector decides: who that is at the provider, and what its rules make of it. */
export interface ConnectorTest {
  readonly checks: readonly TestedCheck[];
  /** The person's identifier at the provider; `undefined` if the evidence does not say. */
  readonly subject: string | undefined;
  /** What the provider says of the person; `undefined` with {@link subject}. */
  readonly claims: Claims | undefined;
  /** Empty if everyone may sign in, or nobody is known. */
  readonly conditions: readonly ConditionOutcome[];
  readonly explained: ExplainedPerson | undefined;
  /** The value by which the login would count as the second factor; `undefined` if it would not. */
  readonly trustedFactor: string | undefined;
}

/**
 * Tests a login at a connector: every check of a sign-in that the evidence allows, in order. Changes nothing.
 * @returns `undefined` if the connector takes no evidence of this kind.
 */
export async function testConnectorLogin(
  connector: Connector,
  tester: LoginTester,
  { evidence, now }: { readonly evidence: LoginEvidence; readonly now: number },
): Promise<ConnectorTest | undefined> {
  const tested = await tester.test(evidence, now);
  if (tested === undefined) return undefined;
  const { login } = tested;
  const conditions = login === undefined ? [] : outcomesOf(connector, login);
  return {
    checks: [...enabledCheck(connector), ...tested.checks, ...conditionChecks(conditions)],
    subject: login?.subject,
    claims: login?.claims,
    conditions,
    explained: login && explainPerson(connector.rules, login.claims, login.subject),
    trustedFactor: login && countedFactor(connector.settings, login),
  };
}

function enabledCheck(connector: Connector): readonly TestedCheck[] {
  if (takesSignIns(connector)) return [{ check: 'disabled', outcome: 'passed', detail: 'the connector is enabled' }];
  return [{ check: 'disabled', outcome: 'failed', detail: 'the connector takes no sign-ins' }];
}

function conditionChecks(conditions: readonly ConditionOutcome[]): readonly TestedCheck[] {
  return conditions.map(({ operator, key, holds }) => ({
    check: 'condition',
    outcome: holds ? 'passed' : 'failed',
    detail: `${operator} ${key}`,
  }));
}

function outcomesOf(
  { name, rules }: Connector,
  { subject, claims }: { readonly subject: string; readonly claims: Readonly<Record<string, unknown>> },
): readonly ConditionOutcome[] {
  if (rules.condition === undefined) return [];
  return compileLoginCondition(rules.condition).outcomes({ subject, claims, connector: name });
}
