import type { StaticOperationSchema } from '@smithy/types';
import type { HolderKind, PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import { holderResource } from '../../operations/holder-resource.ts';
import { type NamedChange, type NamedContext, namedChange, namedRead } from '../../operations/named-operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** Users, groups or roles, and the parameter by which their operations name one. */
export interface HolderNoun<Holder extends PolicyHolder> {
  readonly kind: HolderKind<Holder>;
  readonly parameter: 'UserName' | 'GroupName' | 'RoleName';
}

/** One operation on a user, group or role. */
export interface HolderRow<Holder extends PolicyHolder> extends HolderNoun<Holder> {
  readonly schema: StaticOperationSchema;
}

type Store = Pick<IamDependencies, 'store'>;

/** An operation that changes a user, group or role and returns nothing. */
export function changeOperation<Input extends object, Holder extends PolicyHolder>(
  deps: Store,
  operation: HolderRow<Holder> & NamedChange<Input, Holder>,
) {
  return namedChange<Input, Holder>(deps, namedRow<Input, Holder>(operation), operation);
}

interface HolderRead<Input, Holder extends PolicyHolder> extends HolderRow<Holder> {
  read(context: NamedContext<Input, Holder>): object;
}

/** An operation that returns something about a user, group or role. */
export function readOperation<Input extends object, Holder extends PolicyHolder>(
  deps: Store,
  operation: HolderRead<Input, Holder>,
) {
  return namedRead<Input, object, Holder>(deps, namedRow<Input, Holder>(operation), operation.read);
}

function namedRow<Input extends object, Holder extends PolicyHolder>({ schema, kind, parameter }: HolderRow<Holder>) {
  const name = (input: Input): string => (input as { [Name in typeof parameter]?: string })[parameter] ?? '';
  return { schema, kind: holderResource(kind), name };
}
