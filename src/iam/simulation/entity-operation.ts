import type { StaticOperationSchema } from '@smithy/types';
import { type Entity, type EntityName, findEntity, parseEntityArn } from '../../evaluation/entity.ts';
import { invalidInput } from '../../evaluation/invalid-input.ts';
import type { Tag } from '../../identity/documents/entity.ts';
import { noSuchHolder } from '../../identity/policy-holder/holder-kind.ts';
import { type SignedCall, type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf } from '../policy-holders/holder-operation.ts';

interface EntityOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  /** The parameter that names the entity, as messages call it. */
  readonly parameter: string;
  arn(input: Input): string;
  handle(input: Input, call: SignedCall, entity: Entity): Output | Promise<Output>;
}

interface Subject {
  readonly named: EntityName;
  readonly entity: Entity | undefined;
}

/**
 * The phases that all operations on the policies of one user, group or role share: the entity's ARN is authorised, with its
 * tags where it exists; whether it does is said after that.
 */
export function entityOperation<Input, Output>(
  { store }: Pick<IamDependencies, 'store'>,
  operation: EntityOperation<Input, Output>,
): SignedOperation<Input, Output, Subject> {
  const { schema, parameter } = operation;
  return signedOperation({
    schema,
    readOnly: true,
    async authorize(input, { caller: { accountId } }) {
      const arn = operation.arn(input);
      const named = parseEntityArn(arn);
      if (named === undefined) {
        throw invalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`);
      }
      if (named.accountId !== accountId) {
        const foreign = `does not have access to policies in account ${named.accountId}`;
        throw invalidInput(`Invalid ${parameter}: caller's account ${accountId} ${foreign}`);
      }
      const entity = await findEntity(store, named);
      const resourceTags = entity && tagsOf(entity);
      const target = {
        action: actionOf(schema),
        resource: entity?.arn ?? arn,
        called: arn,
        resourceAccountId: accountId,
        ...(resourceTags === undefined ? {} : { resourceTags }),
      };
      return { targets: [target], subject: { named, entity } };
    },
    handle(input, call, { named, entity }) {
      if (entity === undefined) throw noSuchHolder(named.type, named.name);
      return operation.handle(input, call, entity);
    },
  });
}

function tagsOf(entity: Entity): readonly Tag[] | undefined {
  if (entity.type === 'group') return undefined;
  return entity.type === 'user' ? entity.user.tags : entity.role.tags;
}
