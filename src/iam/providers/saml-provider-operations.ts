import {
  DeleteSAMLProvider$,
  type DeleteSAMLProviderRequest,
  GetSAMLProvider$,
  type GetSAMLProviderRequest,
  type GetSAMLProviderResponse,
  ListSAMLProviders$,
  type ListSAMLProvidersResponse,
  ListSAMLProviderTags$,
  type ListSAMLProviderTagsRequest,
  TagSAMLProvider$,
  type TagSAMLProviderRequest,
  UntagSAMLProvider$,
  type UntagSAMLProviderRequest,
  UpdateSAMLProvider$,
  type UpdateSAMLProviderRequest,
  type UpdateSAMLProviderResponse,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { SamlProvider } from '../../identity/documents/saml-provider.ts';
import type { ProviderName } from '../../identity/providers/require-provider.ts';
import { noSuchSamlProvider, samlProviderArn } from '../../identity/providers/require-saml-provider.ts';
import {
  tagSamlProvider,
  untagSamlProvider,
  updateSamlProvider,
} from '../../identity/providers/update-saml-provider.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import {
  changeByName,
  type Named,
  type NamedRow,
  namedRead,
  operationByName,
  type RequiredKind,
} from '../../operations/named-operation.ts';
import { type AnyOperation, type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { SAML_PROVIDER } from '../resource-kinds.ts';
import { fromTags, toTags } from '../tag-output.ts';
import { taggingKeys, tagsOutput, untaggingKeys } from '../tag-rows.ts';
import { createSAMLProviderOperation } from './create-saml-provider.ts';
import { readProviderMetadata } from './read-provider-metadata.ts';

/** `ValidUntil` of metadata that never expires, as at AWS: 100 years after it was uploaded. */
const ENDLESS_YEARS = 100;

/** An operation on the provider that `SAMLProviderArn` names. */
function provider<Input extends { SAMLProviderArn: string | undefined }>(
  schema: StaticOperationSchema,
): NamedRow<Decoded<Input>, RequiredKind<SamlProvider>> {
  return { schema, kind: SAML_PROVIDER, name: ({ SAMLProviderArn: arn }) => arn ?? '' };
}

function providerName({ accountId, name }: Named): ProviderName {
  return { accountId, arn: name };
}

/** Deletes a provider. Roles that trust it and sessions that it opened remain, but its assertions are refused from then on. */
async function deleteProvider({ store }: IamDependencies, { accountId, arn }: ProviderName): Promise<void> {
  if (!(await store.samlProviders.remove([accountId, arn]))) throw noSuchSamlProvider(arn);
}

function validUntilOf({ metadata, updatedAt }: SamlProvider): Date {
  if (metadata.validUntil !== undefined) return new Date(metadata.validUntil);
  const endless = new Date(updatedAt);
  endless.setUTCFullYear(endless.getUTCFullYear() + ENDLESS_YEARS);
  return endless;
}

/** Private keys themselves are never returned. */
function shownProvider(found: SamlProvider): GetSAMLProviderResponse {
  return {
    SAMLProviderUUID: found.uuid,
    SAMLMetadataDocument: found.metadataDocument,
    CreateDate: new Date(found.createdAt),
    ValidUntil: validUntilOf(found),
    Tags: fromTags(found.tags),
    AssertionEncryptionMode: found.assertionEncryptionMode,
    PrivateKeyList: found.privateKeys.map(({ keyId, addedAt }) => ({ KeyId: keyId, Timestamp: new Date(addedAt) })),
  };
}

function updateOperation(deps: IamDependencies) {
  return operationByName<Decoded<UpdateSAMLProviderRequest>, UpdateSAMLProviderResponse, SamlProvider>(deps, {
    ...provider<UpdateSAMLProviderRequest>(UpdateSAMLProvider$),
    readOnly: false,
    async handle({ input, named, call: { now } }) {
      const text = input.SAMLMetadataDocument;
      await updateSamlProvider(deps, providerName(named), {
        document: text === undefined ? undefined : { text, metadata: readProviderMetadata(text, now) },
        encryptionMode: input.AssertionEncryptionMode,
        addPrivateKey: input.AddPrivateKey,
        removePrivateKey: input.RemovePrivateKey,
        now,
      });
      return { SAMLProviderArn: named.name };
    },
  });
}

function listOperation({ store }: IamDependencies): SignedOperation<object, ListSAMLProvidersResponse, undefined> {
  return signedOperation({
    schema: ListSAMLProviders$,
    readOnly: true,
    authorize(_input, { caller: { accountId } }) {
      return onAccount(ListSAMLProviders$, accountId, { resource: samlProviderArn(accountId, '*') });
    },
    async handle(_input, { caller: { accountId } }) {
      const found = await readWholeIndex(store.samlProviders, 'key', [accountId]);
      return {
        SAMLProviderList: found.map((each) => ({
          Arn: each.arn,
          ValidUntil: validUntilOf(each),
          CreateDate: new Date(each.createdAt),
        })),
      };
    },
  });
}

/** The operations on SAML providers. */
export function samlProviderOperations(deps: IamDependencies): readonly AnyOperation[] {
  const { store } = deps;
  return [
    createSAMLProviderOperation(deps),
    namedRead(deps, provider<GetSAMLProviderRequest>(GetSAMLProvider$), ({ found }) => shownProvider(found)),
    updateOperation(deps),
    changeByName(deps, provider<DeleteSAMLProviderRequest>(DeleteSAMLProvider$), {
      change: ({ named }) => deleteProvider(deps, providerName(named)),
    }),
    listOperation(deps),
    changeByName(deps, provider<TagSAMLProviderRequest>(TagSAMLProvider$), {
      keys: taggingKeys,
      change: ({ input, named }) => tagSamlProvider(store, providerName(named), toTags(input.Tags)),
    }),
    changeByName(deps, provider<UntagSAMLProviderRequest>(UntagSAMLProvider$), {
      keys: untaggingKeys,
      change: ({ input, named }) => untagSamlProvider(store, providerName(named), input.TagKeys),
    }),
    namedRead(deps, provider<ListSAMLProviderTagsRequest>(ListSAMLProviderTags$), ({ input, found }) =>
      tagsOutput(found.tags, input),
    ),
  ];
}
