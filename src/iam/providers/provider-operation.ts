import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../../authorize/target.ts';
import { findProvider, type ProviderName, requireProviderArn } from '../../identity/providers/require-provider.ts';
import { parseArn } from '../../kernel/arn.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf } from '../policy-holders/holder-operation.ts';

/** An operation on one OpenID Connect provider that is named by its ARN. */
interface ProviderOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  /** What policies may ask for beside the provider's ARN and tags. */
  keys?(input: Input): Pick<Target, 'conditions' | 'requestTags'>;
  handle(context: { readonly input: Input; readonly which: ProviderName }): Output | Promise<Output>;
}

/** The phases that all operations on one provider share: its ARN and tags are authorised, then it is looked for. */
export function providerOperation<Input extends { OpenIDConnectProviderArn: string }, Output>(
  { store }: Pick<IamDependencies, 'store'>,
  operation: ProviderOperation<Input, Output>,
): SignedOperation<Input, Output, undefined> {
  const { schema, readOnly } = operation;
  const nameOf = (input: Input, accountId: string): ProviderName => ({
    accountId,
    arn: input.OpenIDConnectProviderArn,
  });
  return signedOperation({
    schema,
    readOnly,
    async authorize(input, { caller: { accountId } }) {
      const { OpenIDConnectProviderArn: arn } = input;
      requireProviderArn(arn);
      const provider = await findProvider(store, nameOf(input, accountId));
      const target: Target = {
        action: actionOf(schema),
        resource: arn,
        resourceAccountId: parseArn(arn)?.accountId ?? accountId,
        ...(provider ? { resourceTags: provider.tags } : {}),
        ...operation.keys?.(input),
      };
      return { targets: [target], subject: undefined };
    },
    handle(input, { caller: { accountId } }) {
      return operation.handle({ input, which: nameOf(input, accountId) });
    },
  });
}
