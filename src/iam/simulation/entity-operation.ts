import type { StaticOperationSchema } from '@smithy/types';
import { type Entity, type EntityName, findEntity, parseEntityArn } from '../../evaluation/entity.ts';
import { invalidInput } from '../../evaluation/invalid-input.ts';
import { noSuchHolder } from '../../identity/policy-holder/holder-kind.ts';
import { namedRead, type RequiredKind } from '../../operations/named-operation.ts';
import type { SignedCall, SignedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';

interface EntityOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  /** The parameter that identifies the entity, as messages call it. */
  readonly parameter: string;
  arn(input: Input): string;
  handle(input: Input, call: SignedCall, entity: Entity): Output | Promise<Output>;
}

/** An operation on the policies of one user, group or role, identified by ARN. */
export function entityOperation<Input, Output>(
  deps: Pick<IamDependencies, 'store'>,
  { schema, parameter, arn, handle }: EntityOperation<Input, Output>,
): SignedOperation<Input, Output, Entity | undefined> {
  return namedRead(deps, { schema, kind: entityKind(parameter), name: arn }, ({ input, call, found }) =>
    handle(input, call, found),
  );
}

/** A user, group or role, identified by ARN. `parameter` is what messages call it. */
export function entityKind(parameter: string): RequiredKind<Entity> {
  return {
    check({ accountId, name }) {
      const named = requireEntityArn(name);
      if (named.accountId === accountId) return;
      const foreign = `does not have access to policies in account ${named.accountId}`;
      throw invalidInput(`Invalid ${parameter}: caller's account ${accountId} ${foreign}`);
    },
    find: (store, { name }) => findEntity(store, requireEntityArn(name)),
    arn: ({ name }, found) => found?.arn ?? name,
    tags(entity) {
      if (entity.type === 'group') return undefined;
      return entity.type === 'user' ? entity.user.tags : entity.role.tags;
    },
    called: (name) => name,
    notFound(arn) {
      const { type, name } = requireEntityArn(arn);
      return noSuchHolder(type, name);
    },
  };
}

function requireEntityArn(arn: string): EntityName {
  const named = parseEntityArn(arn);
  if (named === undefined)
    throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
  return named;
}
