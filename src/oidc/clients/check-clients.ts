import type Provider from 'oidc-provider';
import type { ApplicationSeed } from '../../identity/applications/application-seed.ts';
import { clientRefusal } from '../library/client-metadata.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { certificateRefusal } from './certificate-refusal.ts';
import { clientMetadata } from './client-metadata.ts';

/**
 * Constructs a client as oidc-provider does at the first request, so that errors are reported when it is saved and not to the first
 * person who signs in.
 * @returns the library's error message; `undefined` if it accepts the client, or the application is no client.
 */
export function refusedClient(
  library: OidcProviderLibrary,
  provider: Provider,
  { settings, ...seed }: Pick<ApplicationSeed, 'accountId' | 'applicationId' | 'openTo' | 'secret' | 'settings'>,
): string | undefined {
  if (settings.protocol !== 'OIDC') return undefined;
  const metadata = clientMetadata({ ...seed, settings });
  return certificateRefusal(metadata) ?? clientRefusal(library, provider, metadata);
}
