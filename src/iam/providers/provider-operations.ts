import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { addClientIDToOpenIDConnectProvider } from './add-client-id-to-open-id-connect-provider.ts';
import { createOpenIDConnectProvider } from './create-open-id-connect-provider.ts';
import { deleteOpenIDConnectProvider } from './delete-open-id-connect-provider.ts';
import { getOpenIDConnectProvider } from './get-open-id-connect-provider.ts';
import { listOpenIDConnectProviderTags } from './list-open-id-connect-provider-tags.ts';
import { listOpenIDConnectProviders } from './list-open-id-connect-providers.ts';
import { removeClientIDFromOpenIDConnectProvider } from './remove-client-id-from-open-id-connect-provider.ts';
import { tagOpenIDConnectProvider } from './tag-open-id-connect-provider.ts';
import { untagOpenIDConnectProvider } from './untag-open-id-connect-provider.ts';
import { updateOpenIDConnectProviderThumbprint } from './update-open-id-connect-provider-thumbprint.ts';

/** The operations on OpenID Connect providers. */
export function providerOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createOpenIDConnectProvider(deps),
    getOpenIDConnectProvider(deps),
    deleteOpenIDConnectProvider(deps),
    listOpenIDConnectProviders(deps),
    addClientIDToOpenIDConnectProvider(deps),
    removeClientIDFromOpenIDConnectProvider(deps),
    updateOpenIDConnectProviderThumbprint(deps),
    tagOpenIDConnectProvider(deps),
    untagOpenIDConnectProvider(deps),
    listOpenIDConnectProviderTags(deps),
  ];
}
