import type { Tag } from '../identity/documents/entity.ts';
import type { ContextValue } from '../policy/request.ts';
import { type AskedRole, roleTargets } from './role-targets.ts';
import type { Target } from './target.ts';

/** What `AssumeRole` is asked for, as far as policies can refer to it. */
export interface AssumeRoleFacts {
  readonly sessionName: string;
  readonly externalId?: string | undefined;
  /** The tags that the request passes. */
  readonly passed: readonly Tag[];
  /** All tags of the new session: those passed, and those inherited from the calling session. */
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  /** When the request itself proved a second factor, if it did. */
  readonly mfaAuthenticatedAt: number | undefined;
}

/** The permissions that `AssumeRole` requires. */
export function assumeRoleTargets(named: AskedRole, facts: AssumeRoleFacts): readonly Target[] {
  const actions = ['sts:AssumeRole'];
  if (facts.tags.length > 0) actions.push('sts:TagSession');
  if (facts.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  return roleTargets(named, actions, { requestTags: facts.passed, conditions: conditionsOf(facts) });
}

function conditionsOf(facts: AssumeRoleFacts): ReadonlyMap<string, ContextValue> {
  const conditions = new Map<string, ContextValue>([['sts:rolesessionname', facts.sessionName]]);
  if (facts.externalId !== undefined) conditions.set('sts:externalid', facts.externalId);
  if (facts.sourceIdentity !== undefined) conditions.set('sts:sourceidentity', facts.sourceIdentity);
  if (facts.transitiveTagKeys.length > 0) conditions.set('sts:transitivetagkeys', facts.transitiveTagKeys);
  if (facts.mfaAuthenticatedAt !== undefined) {
    conditions.set('aws:multifactorauthpresent', 'true');
    conditions.set('aws:multifactorauthage', '0');
  }
  return conditions;
}
