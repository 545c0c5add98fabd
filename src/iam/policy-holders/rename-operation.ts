import type { StaticOperationSchema } from '@smithy/types';
import { findHolder } from '../../identity/policy-holder/find-holder.ts';
import { noSuchHolder, type PolicyHolder, type RenamableKind } from '../../identity/policy-holder/holder-kind.ts';
import { renameHolder } from '../../identity/policy-holder/rename-holder.ts';
import { iamArn } from '../../kernel/arn.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf, namedTarget } from './holder-operation.ts';

/** The old name and what is to be new. */
export interface Renaming {
  readonly name: string;
  readonly newName: string | undefined;
  readonly newPath: string | undefined;
}

/** UpdateUser, UpdateGroup. What is renamed must be allowed, and so must what it is to become. */
export function renameOperation<Input, Holder extends PolicyHolder>(
  { store }: Pick<IamDependencies, 'store'>,
  row: { schema: StaticOperationSchema; kind: RenamableKind<Holder>; renaming: (input: Input) => Renaming },
): SignedOperation<Input, NoOutput, Holder | undefined> {
  const { schema, kind } = row;
  return signedOperation({
    schema,
    readOnly: false,
    async authorize(input, { caller: { accountId } }) {
      const { name, newName, newPath } = row.renaming(input);
      const holder = await findHolder(kind, store, { accountId, name });
      const old = namedTarget(kind, { action: actionOf(schema), accountId, name, holder });
      const path = newPath ?? holder?.path ?? '/';
      const resource = iamArn(accountId, kind.type, path, newName ?? (holder ? kind.nameOf(holder) : name));
      const renamed = { ...old, resource, called: `${kind.type} ${newName ?? name}` };
      return { targets: resource === old.resource ? [old] : [old, renamed], subject: holder };
    },
    async handle(input, _call, holder) {
      const { name, newName, newPath } = row.renaming(input);
      if (!holder) throw noSuchHolder(kind.type, name);
      await renameHolder(kind, store, { holder, newName, newPath });
      return {};
    },
  });
}
