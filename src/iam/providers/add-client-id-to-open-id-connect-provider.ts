import {
  AddClientIDToOpenIDConnectProvider$,
  type AddClientIDToOpenIDConnectProviderRequest,
} from '@aws-sdk/client-iam';
import { addClientId } from '../../identity/providers/provider-lists.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { providerOperation } from './provider-operation.ts';

export function addClientIDToOpenIDConnectProvider(
  deps: IamDependencies,
): SignedOperation<Decoded<AddClientIDToOpenIDConnectProviderRequest>, NoOutput, undefined> {
  return providerOperation(deps, {
    schema: AddClientIDToOpenIDConnectProvider$,
    readOnly: false,
    async handle({ input, which }) {
      await addClientId(deps.store, which, input.ClientID);
      return {};
    },
  });
}
