import { findHolder } from '../identity/policy-holder/find-holder.ts';
import { arnOf, type HolderKind, noSuchHolder, type PolicyHolder } from '../identity/policy-holder/holder-kind.ts';
import { iamArn } from '../kernel/arn.ts';
import type { RequiredKind } from './named-operation.ts';

/** Users, groups and roles as resources: found by name, with a path in the ARN. */
export function holderResource<Holder extends PolicyHolder>(kind: HolderKind<Holder>): RequiredKind<Holder> {
  return {
    find: (store, named) => findHolder(kind, store, named),
    arn: ({ accountId, name }, found) => (found ? arnOf(kind, found) : iamArn(accountId, kind.type, '/', name)),
    tags: (found) => found.tags,
    ...(kind.type === 'user' && { userId: (found: Holder) => kind.keyOf(found)[1] }),
    isPrivileged: (found) => found.isPrivileged === true,
    // a denial must not reveal the path of an existing user
    called: (name) => `${kind.type} ${name}`,
    notFound: (name) => noSuchHolder(kind.type, name),
  };
}
