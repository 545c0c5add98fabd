import { assumeRoleTargets } from '../authorize/assume-role-targets.ts';
import type { AuthorizationCall, Authorizer } from '../authorize/authorizer.ts';
import { overrideTags } from '../authorize/context.ts';
import type { TrustingRole, TrustingRoles } from '../identity/roles/trusting-roles.ts';
import type { Caller } from '../identity/sessions/caller.ts';
import { inheritedTags } from '../identity/sessions/inherited-tags.ts';
import { makePause } from '../kernel/pause.ts';
import type { Decision } from '../policy/combine/decision.ts';

/** A role that a caller may assume, at once or with a second factor. */
export interface FoundRole {
  readonly found: TrustingRole;
  /** The decision on `sts:AssumeRole`. It allows. */
  readonly decision: Decision;
  /** Whether the caller first has to show a second factor, or to show it again because too much time has passed. */
  readonly needsFactor: boolean;
}

/** What roles are asked for, and which page of them. */
export interface RoleQuery {
  /** The session name that the caller would use; policies can require one. */
  readonly sessionName: string;
  /** Only roles that this accepts, without deciding on the others. */
  readonly accepts?: ((role: TrustingRole) => boolean) | undefined;
  /** Continues after the role with this ARN. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface FoundRoles {
  readonly items: readonly FoundRole[];
  /** The ARN after which the next page begins; absent on the last page. */
  readonly next?: string;
}

/** Finds the roles that a caller may assume. */
export interface RoleFinder {
  find(call: AuthorizationCall & { readonly caller: Caller }, query: RoleQuery): Promise<FoundRoles>;
}

interface RoleFinderDependencies {
  readonly roles: Pick<TrustingRoles, 'find'>;
  readonly authorizer: Pick<Authorizer, 'decide'>;
}

/**
 * Decides on each role whose trust policy may let the caller in, with the targets and the engine of `AssumeRole` itself, so the result is
 * what that would answer to a call with just this session name.
 */
export function openRoleFinder({ roles, authorizer }: RoleFinderDependencies): RoleFinder {
  return {
    async find(call, { sessionName, accepts, after = '', limit }) {
      if (call.caller.type === 'Account') return { items: [] };
      const pause = makePause();
      const decide = decider(authorizer, call, sessionName);
      const items: FoundRole[] = [];
      for (const role of await roles.find(call.caller)) {
        if (role.arn <= after || accepts?.(role) === false) continue;
        await pause();
        const found = await decide(role);
        if (found === undefined) continue;
        if (items.length === limit) return { items, next: items[limit - 1]?.found.arn ?? after };
        items.push(found);
      }
      return { items };
    },
  };
}

function decider(
  authorizer: Pick<Authorizer, 'decide'>,
  call: AuthorizationCall & { readonly caller: Caller },
  sessionName: string,
): (role: TrustingRole) => Promise<FoundRole | undefined> {
  const { session } = call.caller;
  const facts = {
    sessionName,
    passed: [],
    tags: overrideTags(inheritedTags(call.caller), []),
    transitiveTagKeys: inheritedTags(call.caller).map(({ key }) => key),
    sourceIdentity: session?.sourceIdentity,
  };
  const decisionOn = async (found: TrustingRole, mfaAuthenticatedAt?: number): Promise<Decision | undefined> => {
    let first: Decision | undefined;
    for (const target of assumeRoleTargets(found, { ...facts, mfaAuthenticatedAt })) {
      const { decision } = await authorizer.decide(call, target);
      if (!decision.allowed) return undefined;
      first ??= decision;
    }
    return first;
  };
  return async (found) => {
    const now = await decisionOn(found);
    if (now !== undefined) return { found, decision: now, needsFactor: false };
    const withFactor = await decisionOn(found, call.now);
    return withFactor && { found, decision: withFactor, needsFactor: true };
  };
}
