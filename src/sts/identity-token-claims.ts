import { principalTagsOf } from '../authorize/context.ts';
import type { Tag } from '../identity/documents/entity.ts';
import { organizationOf } from '../identity/organizations/find-organization.ts';
import { orgPathOf, pathTo } from '../identity/organizations/organization-tree.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';

/** What a token of `GetWebIdentityToken` says about its caller. */
export interface IdentityTokenFacts {
  readonly caller: Caller;
  /** Where the token was requested. */
  readonly region: string | undefined;
  readonly requestTags: readonly Tag[];
}

/** The namespace of AWS's claims (IAM user guide, *Understanding token claims*). */
const NAMESPACE = 'https://sts.amazonaws.com/';

/** The ARN of the principal that acts: of a role session, the role's. */
export function principalArnOf(caller: Caller): string {
  return caller.type === 'AssumedRole' ? caller.roleArn : caller.arn;
}

/** The claims of a token that are not of the token itself. Those that there is nothing to say about are absent. */
export async function identityTokenClaims(
  store: Pick<IdentityStore, 'users' | 'roles' | 'organizations'>,
  { caller, region, requestTags }: IdentityTokenFacts,
): Promise<Readonly<Record<string, unknown>>> {
  const { session } = caller;
  const principalTags = principalTagsOf(caller, await ownTags(store, caller));
  const arn = principalArnOf(caller);
  const organization = await organizationOf(store, caller.accountId);
  return {
    sub: arn,
    [NAMESPACE]: {
      aws_account: caller.accountId,
      ...(region !== undefined && { source_region: region }),
      ...(organization && {
        org_id: organization.organizationId,
        ou_path: orgPathOf(organization, pathTo(organization, caller.accountId)),
      }),
      principal_id: arn,
      ...(principalTags.length > 0 && { principal_tags: asClaim(principalTags) }),
      ...(caller.type === 'AssumedRole' && { original_session_exp: isoSeconds(caller.session.expiresAt) }),
      ...(session?.federatedProvider !== undefined && { federated_provider: session.federatedProvider }),
      ...(session?.sourceIdentity !== undefined && { source_identity: session.sourceIdentity }),
      ...(requestTags.length > 0 && { request_tags: asClaim(requestTags) }),
    },
  };
}

async function ownTags(store: Pick<IdentityStore, 'users' | 'roles'>, caller: Caller): Promise<readonly Tag[]> {
  if (caller.type === 'Account') return [];
  const key = [caller.accountId, caller.uniqueId];
  const holder = caller.type === 'AssumedRole' ? await store.roles.get(key) : await store.users.get(key);
  return holder?.tags ?? [];
}

/** A key such as `__proto__` becomes a member like any other. */
function asClaim(tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

function isoSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
