import { ServiceError } from '../../kernel/service-error.ts';
import type { OidcProvider } from '../documents/oidc-provider.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'oidcProviders'>;

/** Identifies a provider of an account. */
export interface ProviderName {
  readonly accountId: string;
  readonly arn: string;
}

/** The ARN of a provider, whether or not it exists. */
export function oidcProviderArn(accountId: string, url: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${url}`;
}

/** The issuer that a provider represents, as its tokens must name it (`iss`). */
export function issuerOf(provider: Pick<OidcProvider, 'url' | 'plainHttp'>): string {
  return `${provider.plainHttp === true ? 'http' : 'https'}://${provider.url}`;
}

export function noSuchProvider(arn: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `OpenIDConnect Provider not found for arn ${arn}`);
}

/** Finds one of the account's own providers by ARN. */
export async function findProvider(store: Store, { accountId, arn }: ProviderName): Promise<OidcProvider | undefined> {
  return store.oidcProviders.get([accountId, arn]);
}

/** @throws {ServiceError} InvalidInput if the text is not the ARN of a provider. */
export function requireProviderArn(arn: string): void {
  if (!/^arn:aws:iam::\d{12}:oidc-provider\/./.test(arn)) {
    throw new ServiceError(IAM_ERRORS.InvalidInput, `Invalid ARN: ${arn}`);
  }
}

/** Changes a provider by compare-and-swap. @throws {ServiceError} InvalidInput, NoSuchEntity */
export async function changeProvider(
  store: Store,
  which: ProviderName,
  change: (old: OidcProvider) => OidcProvider,
): Promise<void> {
  requireProviderArn(which.arn);
  const changed = await store.oidcProviders.update([which.accountId, which.arn], change);
  if (!changed) throw noSuchProvider(which.arn);
}
