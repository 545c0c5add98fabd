import { UntagOpenIDConnectProvider$, type UntagOpenIDConnectProviderRequest } from '@aws-sdk/client-iam';
import { untagProvider } from '../../identity/providers/provider-lists.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { providerOperation } from './provider-operation.ts';

export function untagOpenIDConnectProvider(
  deps: IamDependencies,
): SignedOperation<Decoded<UntagOpenIDConnectProviderRequest>, NoOutput, undefined> {
  return providerOperation(deps, {
    schema: UntagOpenIDConnectProvider$,
    readOnly: false,
    keys: ({ TagKeys }) => ({ conditions: new Map([['aws:tagkeys', TagKeys]]) }),
    async handle({ input, which }) {
      await untagProvider(deps.store, which, input.TagKeys);
      return {};
    },
  });
}
