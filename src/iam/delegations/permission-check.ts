import type { PermissionCheckResultType } from '@aws-sdk/client-iam';
import type { AuthorizationCall, Authorizer } from '../../authorize/authorizer.ts';
import type { DelegationRequest } from '../../identity/documents/delegations/delegation-request.ts';

/** With more pairs of action and resource, the answer is that it is not known. */
const MOST_PAIRS = 500;

interface Pair {
  readonly action: string;
  readonly resource: string;
}

/**
 * Whether the caller may do all that a request asks for, as far as that can be told in advance: what has conditions, variables or exceptions is
 * not known. Patterns are asked as they stand, so a deny of a part of one is not seen. What counts is the decision at each use.
 */
export async function checkPermissions(
  authorizer: Pick<Authorizer, 'decide'>,
  call: AuthorizationCall & { readonly caller: { readonly accountId: string } },
  { permissionPolicy }: DelegationRequest,
): Promise<PermissionCheckResultType> {
  const { pairs, isExact } = pairsIn(permissionPolicy);
  if (pairs.length > MOST_PAIRS) return 'UNSURE';
  for (const { action, resource } of pairs) {
    const target = { action, resource, resourceAccountId: call.caller.accountId };
    if (!(await authorizer.decide(call, target)).decision.allowed) return 'DENIED';
  }
  return isExact ? 'ALLOWED' : 'UNSURE';
}

/** The statement of a policy that was validated. */
interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: object;
}

function pairsIn(policy: string): { pairs: readonly Pair[]; isExact: boolean } {
  const { Statement } = JSON.parse(policy) as { Statement: Statement | readonly Statement[] };
  const pairs: Pair[] = [];
  let isExact = true;
  for (const { Effect, Action, Resource, Condition } of [Statement].flat() as readonly Statement[]) {
    if (Effect === 'Deny') continue;
    if (Action === undefined || Resource === undefined || Condition !== undefined) {
      isExact = false;
      continue;
    }
    for (const action of [Action].flat() as readonly string[]) {
      for (const resource of [Resource].flat() as readonly string[]) {
        if (resource.includes('${')) isExact = false;
        else pairs.push({ action, resource });
      }
    }
  }
  return { pairs, isExact };
}
