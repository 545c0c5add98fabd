import {
  CreateSAMLProvider$,
  type CreateSAMLProviderRequest,
  type CreateSAMLProviderResponse,
  TagSAMLProvider$,
} from '@aws-sdk/client-iam';
import { createSamlProvider } from '../../identity/providers/create-saml-provider.ts';
import { samlProviderArn } from '../../identity/providers/require-saml-provider.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onNewResource } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { tagsMember, toTags } from '../tag-output.ts';
import { readProviderMetadata } from './read-provider-metadata.ts';

type Input = Decoded<CreateSAMLProviderRequest>;

export function createSAMLProviderOperation(
  deps: IamDependencies,
): SignedOperation<Input, CreateSAMLProviderResponse, undefined> {
  return signedOperation({
    schema: CreateSAMLProvider$,
    readOnly: false,
    authorize({ Name, Tags }, { caller: { accountId } }) {
      return onNewResource(CreateSAMLProvider$, TagSAMLProvider$, {
        resourceAccountId: accountId,
        resource: samlProviderArn(accountId, Name),
        requestTags: toTags(Tags) ?? [],
      });
    },
    async handle(input, { now, caller: { accountId } }) {
      const provider = await createSamlProvider(deps, {
        accountId,
        name: input.Name,
        metadataDocument: input.SAMLMetadataDocument,
        metadata: readProviderMetadata(input.SAMLMetadataDocument, now),
        encryptionMode: input.AssertionEncryptionMode,
        privateKey: input.AddPrivateKey,
        tags: toTags(input.Tags) ?? [],
        now,
      });
      return { SAMLProviderArn: provider.arn, ...tagsMember(provider.tags) };
    },
  });
}
