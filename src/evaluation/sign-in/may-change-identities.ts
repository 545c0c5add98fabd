import type { User } from '../../identity/documents/user.ts';
import { iamArn } from '../../kernel/arn.ts';
import { decide } from '../../policy/combine/decide.ts';
import { compilePolicyText } from '../../policy/compile/compile-policy.ts';
import type { CompiledPolicy, CompiledStatement } from '../../policy/compile/compiled-policy.ts';
import { compilePolicySet } from '../../policy/compile/policy-set.ts';
import { matchesAction } from '../../policy/match/match-action.ts';
import type { RequestContext, RequestPrincipal } from '../../policy/request.ts';

/** What makes a user privileged on identities of others, by the resource that it is about. */
const CHANGES = {
  user: [
    'iam:CreateUser',
    'iam:CreateAccessKey',
    'iam:CreateLoginProfile',
    'iam:UpdateLoginProfile',
    'iam:AttachUserPolicy',
    'iam:PutUserPolicy',
    'iam:PutUserPermissionsBoundary',
    'iam:DeleteUserPermissionsBoundary',
    'iam:DeactivateMFADevice',
    'rolecall:CreateLink',
    'rolecall:InviteUser',
  ],
  group: ['iam:AddUserToGroup', 'iam:AttachGroupPolicy', 'iam:PutGroupPolicy'],
  role: [
    'iam:AttachRolePolicy',
    'iam:PutRolePolicy',
    'iam:UpdateAssumeRolePolicy',
    'iam:PutRolePermissionsBoundary',
    'iam:DeleteRolePermissionsBoundary',
  ],
  // Who is believed decides who assumes the roles that trust a provider.
  'saml-provider': ['iam:CreateSAMLProvider', 'iam:UpdateSAMLProvider'],
  'oidc-provider': [
    'iam:CreateOpenIDConnectProvider',
    'iam:AddClientIDToOpenIDConnectProvider',
    'iam:UpdateOpenIDConnectProviderThumbprint',
  ],
  policy: ['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion'],
} as const;

/** The policies of a user, as text. */
export interface PolicyTexts {
  readonly identity: readonly string[];
  readonly boundary: string | 'missing' | undefined;
}

/**
 * The resources of one user alone, by the variable: `user/${aws:username}`, also below a fixed path, and the device of that name. With a
 * wildcard beside the variable it would be others, too: `user/${aws:username}*` covers `ann-admin` for `ann`.
 */
const OWN_RESOURCE = /^arn:[^:*?]*:iam::[^:]*:(?:user|mfa)\/(?:[^*?$]*\/)?\$\{aws:username\}$/i;

/** Stands for whatever a wildcard or variable could be. */
const ANY = 'someone-else';

/**
 * Whether the policies of a user would let it change another identity under some circumstances. The engine decides on the resources that the
 * statements themselves name. Conditions of `Allow` statements count as met: who is privileged from the office only is privileged.
 */
export function mayChangeIdentities(user: User, { identity, boundary }: PolicyTexts): boolean {
  if (boundary === 'missing') return false;
  const policies = identity.map(unconditional);
  const layers = {
    identity: compilePolicySet(policies),
    ...(boundary !== undefined && { boundary: compilePolicySet([unconditional(boundary)]) }),
  };
  const { accountId } = user;
  const principal = principalOf(user);
  const context = contextOf(user);
  const allows = policies.flatMap(({ statements }) => statements).filter(({ effect }) => effect === 'Allow');
  return Object.entries(CHANGES).some(([type, actions]) =>
    actions.some((action) => {
      const granting = allows.filter((statement) => matchesAction(statement, action));
      const resources = new Set(granting.flatMap((statement) => probesOf(statement, { user, type, context })));
      return [...resources].some(
        (resource) => decide({ principal, action, resource, resourceAccountId: accountId, context }, layers).allowed,
      );
    }),
  );
}

/** Compiles a policy without the conditions of its `Allow` statements. One that cannot be read denies everything. */
function unconditional(text: string): CompiledPolicy {
  const source = { id: 'policy', type: 'inline' } as const;
  try {
    const document = JSON.parse(text) as { Statement: Stated | readonly Stated[] };
    const statements = ([] as readonly Stated[]).concat(document.Statement);
    const bare = statements.map(({ Condition, ...rest }) =>
      rest['Effect'] === 'Allow' || Condition === undefined ? rest : { ...rest, Condition },
    );
    return compilePolicyText(JSON.stringify({ ...document, Statement: bare }), source);
  } catch {
    return compilePolicyText(text, source);
  }
}

interface Stated {
  readonly Condition?: unknown;
  readonly [part: string]: unknown;
}

interface Probing {
  readonly user: User;
  readonly type: string;
  readonly context: RequestContext;
}

/** Resources that a statement covers, other than the user itself, and connectors: people may use those for their own links. */
function probesOf({ resources }: CompiledStatement, { user, type, context }: Probing): readonly string[] {
  const { accountId } = user;
  const anyOther = iamArn(accountId, type, '/', ANY);
  if (resources === undefined || resources.negated) return [anyOther];
  const own = arnOf(user);
  return resources.patterns
    .filter((pattern) => !OWN_RESOURCE.test(pattern))
    .map((pattern) => {
      if (pattern === '*') return anyOther;
      const resolved = pattern.replace(/\$\{([^}]*)\}/g, (_whole, key: string) => text(context, key) ?? ANY);
      const parts = resolved.split(':');
      if (/[*?]/.test(parts[4] ?? '')) parts[4] = accountId;
      const [, , , , , ...name] = parts;
      const named = name.join(':').replace(/[*?]/g, ANY);
      return named === ANY ? anyOther : [...parts.slice(0, 5), named].join(':');
    })
    .filter((resource) => resource !== own && !resource.startsWith('arn:aws:rolecall:'));
}

function text(context: RequestContext, key: string): string | undefined {
  const value = context.get(key.split(',')[0]?.trim().toLowerCase() ?? '');
  return typeof value === 'string' ? value : undefined;
}

const arnOf = ({ accountId, path, userName }: User): string => iamArn(accountId, 'user', path, userName);

function principalOf(user: User): RequestPrincipal {
  return { type: 'User', arn: arnOf(user), accountId: user.accountId, uniqueId: user.userId };
}

/** A session with a second factor: what `Deny` statements without one keep away is within reach. */
function contextOf({ userName, userId, accountId, tags }: User): RequestContext {
  return new Map([
    ['aws:username', userName],
    ['aws:userid', userId],
    ['aws:principalaccount', accountId],
    ['aws:principaltype', 'User'],
    ['aws:multifactorauthpresent', 'true'],
    ['aws:multifactorauthage', '0'],
    ['aws:securetransport', 'true'],
    ...tags.map(({ key, value }) => [`aws:principaltag/${key.toLowerCase()}`, value] as const),
  ]);
}
