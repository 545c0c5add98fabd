import type { StaticOperationSchema } from '@smithy/types';
import type { HolderKind, PolicyHolder } from '../../identity/policy-holder/holder-kind.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type HolderContext, type HolderOperation, holderOperation } from './holder-operation.ts';

/** What tells the operations of users, groups and roles apart where all else is the same. */
export interface HolderRow<Input, Holder extends PolicyHolder> {
  readonly schema: StaticOperationSchema;
  readonly kind: HolderKind<Holder>;
  name(input: Input): string;
}

type Store = Pick<IamDependencies, 'store'>;

/** An operation that changes an entity and answers nothing. */
export function changeOperation<Input, Holder extends PolicyHolder>(
  deps: Store,
  row: HolderRow<Input, Holder>,
  how: Pick<HolderOperation<Input, NoOutput, Holder>, 'keys'> & {
    change(context: HolderContext<Input, Holder>): Promise<void>;
  },
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    ...(how.keys ? { keys: how.keys } : {}),
    async handle(context) {
      await how.change(context);
      return {};
    },
  });
}

/** An operation that answers something of an entity. */
export function readOperation<Input, Output, Holder extends PolicyHolder>(
  deps: Store,
  row: HolderRow<Input, Holder>,
  read: (context: HolderContext<Input, Holder>) => Output,
): SignedOperation<Input, Output, Holder | undefined> {
  return holderOperation<Input, Output, Holder>(deps, { ...row, readOnly: true, handle: read });
}
