import type { PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';

/**
 * The condition keys of actions on policy holders, as listed in the Service Authorization Reference. `iam:PermissionsBoundary` is the
 * requested boundary if the action sets one, otherwise the entity's current boundary.
 */
export function boundaryKey(policyArn: string | undefined): ReadonlyMap<string, string> {
  return new Map(policyArn === undefined ? [] : [['iam:permissionsboundary', policyArn]]);
}

/** For actions on users and roles that support `iam:PermissionsBoundary`: the entity's current boundary. */
export function boundaryOf(_input: unknown, holder: PolicyHolder | undefined) {
  return { conditions: boundaryKey(holder?.permissionsBoundary?.policyArn) };
}

/** For attaching and detaching policies. Groups have no boundary. */
export function policyKeys({ PolicyArn }: { PolicyArn: string }, holder: PolicyHolder | undefined) {
  return {
    conditions: new Map([...boundaryKey(holder?.permissionsBoundary?.policyArn), ['iam:policyarn', PolicyArn]]),
  };
}
