import { iamArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { Collection, DocumentKey } from '../../ports/collections.ts';
import type { InlinePolicy, PolicyReference, Tag } from '../documents/entity.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { Quota } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** What the rules for policy holders need of users, groups and roles. */
export interface PolicyHolder {
  readonly accountId: string;
  readonly nameKey: string;
  readonly path: string;
  readonly inlinePolicies: InlinePolicy[];
  readonly attachedPolicies: PolicyReference[];
  /** Users and roles only. */
  readonly tags?: Tag[];
  readonly permissionsBoundary?: PolicyReference | undefined;
  /** Roles and groups only. */
  readonly isPrivileged?: true | undefined;
}

/** Users and roles, which can also have tags and a boundary. */
export type PrincipalHolder = PolicyHolder & { readonly tags: Tag[] };

/** Everything that distinguishes users, groups and roles in the rules they share; one row per type. */
export interface HolderKind<Holder extends PolicyHolder> {
  /** As in ARNs and messages. */
  readonly type: 'user' | 'group' | 'role';
  collection(store: IdentityStore): Collection<Holder>;
  keyOf(holder: Holder): DocumentKey;
  nameOf(holder: Holder): string;
  /** What else must hold before a name is given, besides being unique. @throws {ServiceError} EntityAlreadyExists. */
  requireName?(store: IdentityStore, named: Holder): Promise<void>;
  /** What must hold before policies or a boundary change. @throws {ServiceError} UnmodifiableEntity. */
  requireModifiable?(holder: Holder): void;
  readonly perAccount: Quota;
  /** Whether an account may have any number of them, besides those that count. Default: all count. */
  isUncounted?(holder: Holder): boolean;
  readonly attachedPolicies: Quota;
}

/** Users and groups. A role's name and path never change. */
export interface RenamableKind<Holder extends PolicyHolder> extends HolderKind<Holder> {
  /** The same entity under another name and path. */
  renamed(holder: Holder, to: { name: string; nameKey: string; path: string; now?: number }): Holder;
}

/** The entity's ARN, including its path. */
export function arnOf<Holder extends PolicyHolder>(kind: HolderKind<Holder>, holder: Holder): string {
  return iamArn(holder.accountId, kind.type, holder.path, kind.nameOf(holder));
}

/** AWS's error for an entity that does not exist [aws-behaviour 12]. */
export function noSuchHolder(type: 'user' | 'group' | 'role', name: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `The ${type} with name ${name} cannot be found.`);
}

/** AWS's error for a name that is already in use [aws-behaviour 12]. */
export function holderExists(type: 'user' | 'group' | 'role', name: string): ServiceError {
  const label = type.charAt(0).toUpperCase() + type.slice(1);
  return new ServiceError(IAM_ERRORS.EntityAlreadyExists, `${label} with name ${name} already exists.`);
}
