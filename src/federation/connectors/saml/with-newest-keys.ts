import { SamlFault } from '../../saml/fault.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { ProviderSource } from './provider-source.ts';
import { refusalOf } from './refusal-of.ts';

/**
 * Verifies a message with the keys of the provider. If none of them verifies it, the metadata are read again: keys roll over while people
 * sign in.
 * @throws {LoginRefused}
 */
export async function withNewestKeys<Result>(
  source: ProviderSource,
  verify: (provider: IdentityProvider) => Result,
): Promise<Result> {
  try {
    return verify(await source.current());
  } catch (error) {
    const isUnknownKey = error instanceof SamlFault && error.check === 'signature';
    const newest = isUnknownKey ? await source.again() : undefined;
    if (newest === undefined) throw refusalOf(error);
    try {
      return verify(newest);
    } catch (again) {
      throw refusalOf(again);
    }
  }
}
