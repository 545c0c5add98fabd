import {
  RemoveClientIDFromOpenIDConnectProvider$,
  type RemoveClientIDFromOpenIDConnectProviderRequest,
} from '@aws-sdk/client-iam';
import { removeClientId } from '../../identity/providers/provider-lists.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { providerOperation } from './provider-operation.ts';

export function removeClientIDFromOpenIDConnectProvider(
  deps: IamDependencies,
): SignedOperation<Decoded<RemoveClientIDFromOpenIDConnectProviderRequest>, NoOutput, undefined> {
  return providerOperation(deps, {
    schema: RemoveClientIDFromOpenIDConnectProvider$,
    readOnly: false,
    async handle({ input, which }) {
      await removeClientId(deps.store, which, input.ClientID);
      return {};
    },
  });
}
