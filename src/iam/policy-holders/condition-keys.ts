import type { PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';

/**
 * The condition keys of actions on policy holders, as the Service Authorization Reference lists them.
 * `iam:PermissionsBoundary` is the boundary that is asked for where one is put, else the one that the entity has.
 */
export function boundaryKey(policyArn: string | undefined): ReadonlyMap<string, string> {
  return new Map(policyArn === undefined ? [] : [['iam:permissionsboundary', policyArn]]);
}

/** For actions on users and roles that have `iam:PermissionsBoundary`: the boundary that the entity has. */
export function boundaryOf(_input: unknown, holder: PolicyHolder | undefined) {
  return { conditions: boundaryKey(holder?.permissionsBoundary?.policyArn) };
}

/** For attaching and detaching. Groups have no boundary. */
export function policyKeys({ PolicyArn }: { PolicyArn: string }, holder: PolicyHolder | undefined) {
  return {
    conditions: new Map([...boundaryKey(holder?.permissionsBoundary?.policyArn), ['iam:policyarn', PolicyArn]]),
  };
}
