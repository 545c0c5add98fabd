import type { HolderKind, PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import {
  type NamedChange,
  type NamedContext,
  type NamedRow,
  namedChange,
  namedRead,
} from '../../operations/named-operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { holderResource } from '../resource-kinds.ts';

/** What distinguishes the operations of users, groups and roles when everything else is the same. */
export type HolderRow<Input, Holder extends PolicyHolder> = NamedRow<Input, HolderKind<Holder>>;

type Store = Pick<IamDependencies, 'store'>;

/** An operation that changes a user, group or role and returns nothing. */
export function changeOperation<Input, Holder extends PolicyHolder>(
  deps: Store,
  row: HolderRow<Input, Holder>,
  how: NamedChange<NoInfer<Input>, NoInfer<Holder>>,
) {
  return namedChange<Input, Holder>(deps, { ...row, kind: holderResource(row.kind) }, how);
}

/** An operation that returns something about a user, group or role. */
export function readOperation<Input, Output, Holder extends PolicyHolder>(
  deps: Store,
  row: HolderRow<Input, Holder>,
  read: (context: NamedContext<Input, Holder>) => Output | Promise<Output>,
) {
  return namedRead<Input, Output, Holder>(deps, { ...row, kind: holderResource(row.kind) }, read);
}
