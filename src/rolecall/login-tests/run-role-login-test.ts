import type { Authorizer } from '../../authorize/authorizer.ts';
import type { TokenVerifiers } from '../../federation/token-verifiers.ts';
import type { NamedRole } from '../../identity/roles/role-directory.ts';
import { decideTrust, type TrustDecision } from './decide-trust.ts';
import { type PresentedToken, presentSaml, presentWebIdentity } from './present-token.ts';

/** What a test of a role login is given. */
export type RoleLoginEvidence =
  | { readonly kind: 'web-identity'; readonly token: string; readonly sessionName: string | undefined }
  | { readonly kind: 'saml'; readonly providerArn: string; readonly encoded: string };

export interface RoleLoginTest extends PresentedToken {
  readonly isAccepted: boolean;
  readonly decisions: readonly TrustDecision[];
}

export interface RoleLoginTestDependencies extends TokenVerifiers {
  readonly authorizer: Pick<Authorizer, 'decide'>;
}

/** Tests whether the bearer of a token or assertion could assume a role. Changes nothing, and uses nothing up. */
export async function runRoleLoginTest(
  deps: RoleLoginTestDependencies,
  named: NamedRole,
  { evidence, now }: { readonly evidence: RoleLoginEvidence; readonly now: number },
): Promise<RoleLoginTest> {
  const at = { accountId: named.accountId, now };
  const presented =
    evidence.kind === 'web-identity'
      ? await presentWebIdentity(deps, { ...evidence, ...at })
      : await presentSaml(deps, { ...evidence, ...at, roleArn: named.arn });
  const { proven, checks } = presented;
  const decisions = proven === undefined ? [] : await decideTrust(deps.authorizer, named, { proven, now });
  const isProven = proven !== undefined && checks.every(({ outcome }) => outcome !== 'failed');
  return { ...presented, decisions, isAccepted: isProven && decisions.every(({ decision }) => decision.allowed) };
}
