import { ServiceError } from '../../kernel/service-error.ts';
import type { SamlProvider } from '../documents/saml-provider.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import type { ProviderName } from './require-provider.ts';

type Store = Pick<IdentityStore, 'samlProviders'>;

/** IAM's pattern of a SAML provider's name, in its ARN. */
const ARN = /^arn:aws:iam::\d{12}:saml-provider\/[\w._-]{1,128}$/;

/** The ARN of a SAML provider, whether or not it exists. */
export function samlProviderArn(accountId: string, name: string): string {
  return `arn:aws:iam::${accountId}:saml-provider/${name}`;
}

/** AWS's words for a SAML provider that does not exist [aws-behaviour 38]. */
export function noSuchSamlProvider(arn: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `Manifest not found for arn ${arn}`);
}

/** Finds one of the account's own SAML providers by ARN. */
export async function findSamlProvider(
  store: Store,
  { accountId, arn }: ProviderName,
): Promise<SamlProvider | undefined> {
  return store.samlProviders.get([accountId, arn]);
}

/** @throws {ServiceError} InvalidInput if the text is not the ARN of a SAML provider. */
export function requireSamlProviderArn(arn: string): void {
  if (!ARN.test(arn)) throw new ServiceError(IAM_ERRORS.InvalidInput, `Invalid ARN: ${arn}`);
}

/** Changes a SAML provider by compare-and-swap. @throws {ServiceError} NoSuchEntity */
export async function changeSamlProvider(
  store: Store,
  { accountId, arn }: ProviderName,
  change: (old: SamlProvider) => SamlProvider,
): Promise<void> {
  const changed = await store.samlProviders.update([accountId, arn], change);
  if (!changed) throw noSuchSamlProvider(arn);
}
