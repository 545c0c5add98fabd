import type { StaticOperationSchema } from '@smithy/types';
import type { PolicyHolder, RenamableKind } from '../../identity/policy-holder/holder-kind.ts';
import { renameHolder } from '../../identity/policy-holder/rename-holder.ts';
import { iamArn } from '../../kernel/arn.ts';
import { actionOf } from '../../operations/action-of.ts';
import { holderResource } from '../../operations/holder-resource.ts';
import { namedTarget } from '../../operations/named-operation.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

/** The current name, and the new name or path. */
export interface Renaming {
  readonly name: string;
  readonly newName: string | undefined;
  readonly newPath: string | undefined;
}

/** UpdateUser, UpdateGroup. Both the current entity and the renamed one must be authorised. */
export function renameOperation<Input, Holder extends PolicyHolder>(
  { store }: Pick<IamDependencies, 'store'>,
  row: { schema: StaticOperationSchema; kind: RenamableKind<Holder>; renaming: (input: Input) => Renaming },
): SignedOperation<Input, NoOutput, Holder | undefined> {
  const { schema, kind } = row;
  const renamable = holderResource(kind);
  return signedOperation({
    schema,
    readOnly: false,
    async authorize(input, { caller: { accountId } }) {
      const { name, newName, newPath } = row.renaming(input);
      const named = { accountId, name };
      const holder = await renamable.find(store, named);
      const old = namedTarget(renamable, { action: actionOf(schema), named, found: holder });
      const path = newPath ?? holder?.path ?? '/';
      const resource = iamArn(accountId, kind.type, path, newName ?? (holder ? kind.nameOf(holder) : name));
      const renamed = { ...old, resource, called: `${kind.type} ${newName ?? name}` };
      return { targets: resource === old.resource ? [old] : [old, renamed], subject: holder };
    },
    async handle(input, { now }, holder) {
      const { name, newName, newPath } = row.renaming(input);
      if (!holder) throw renamable.notFound(name);
      await renameHolder(kind, store, { holder, newName, newPath, now });
      return {};
    },
  });
}
