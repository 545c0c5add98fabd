import type { StaticOperationSchema } from '@smithy/types';
import type { PrincipalHolder } from '../../identity/policy-holder/holder-kind.ts';
import {
  deletePermissionsBoundary,
  putPermissionsBoundary,
} from '../../identity/policy-holder/permissions-boundary.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { boundaryKey, boundaryOf } from './condition-keys.ts';
import { changeOperation, type HolderNoun } from './holder-operation.ts';

type Schemas = Readonly<Record<'put' | 'delete', StaticOperationSchema>>;

/** PutUserPermissionsBoundary and DeleteUserPermissionsBoundary; the same for roles. */
export function boundaryOperations<Holder extends PrincipalHolder>(
  deps: IamDependencies,
  noun: HolderNoun<Holder>,
  schemas: Schemas,
): readonly AnyOperation[] {
  const { store } = deps;
  const { kind } = noun;
  return [
    changeOperation<{ PermissionsBoundary: string }, Holder>(deps, {
      ...noun,
      schema: schemas.put,
      keys: ({ PermissionsBoundary }) => ({ conditions: boundaryKey(PermissionsBoundary) }),
      change: ({ input, found: holder }) =>
        putPermissionsBoundary(kind, store, { holder, policyArn: input.PermissionsBoundary }),
    }),
    changeOperation<object, Holder>(deps, {
      ...noun,
      schema: schemas.delete,
      keys: boundaryOf,
      change: ({ found: holder }) => deletePermissionsBoundary(kind, store, holder),
    }),
  ];
}
