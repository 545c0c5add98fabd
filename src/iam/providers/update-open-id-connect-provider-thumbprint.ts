import {
  UpdateOpenIDConnectProviderThumbprint$,
  type UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam';
import { setThumbprints } from '../../identity/providers/provider-lists.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { providerOperation } from './provider-operation.ts';

export function updateOpenIDConnectProviderThumbprint(
  deps: IamDependencies,
): SignedOperation<Decoded<UpdateOpenIDConnectProviderThumbprintRequest>, NoOutput, undefined> {
  return providerOperation(deps, {
    schema: UpdateOpenIDConnectProviderThumbprint$,
    readOnly: false,
    async handle({ input, which }) {
      await setThumbprints(deps.store, which, input.ThumbprintList);
      return {};
    },
  });
}
