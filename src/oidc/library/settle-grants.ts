import type { TokenEndpointGrantContext } from 'oidc-provider';
import type { OidcProviderLibrary } from './load-oidc-provider.ts';
import { withUnavailableErrors } from './store-failures.ts';

/**
 * oidc-provider's class, with every grant followed by `settle`, even if it fails. So a grant that turns out to have been used already is
 * refused by the token endpoint itself, as an error of the grant, with all that belongs to one.
 */
export function settleGrants(
  library: OidcProviderLibrary,
  settle: () => Promise<void>,
): OidcProviderLibrary['Provider'] {
  const settled = withUnavailableErrors(library, settle);
  return class extends library.Provider {
    override registerGrantType<Params extends object>(
      name: string,
      handler: (ctx: TokenEndpointGrantContext<Params>) => void | Promise<void>,
      ...rest: readonly (string | readonly string[] | ReadonlySet<string>)[]
    ): void {
      const handleAndSettle: typeof handler = async (ctx) => {
        try {
          await handler(ctx);
        } finally {
          await settled();
        }
      };
      super.registerGrantType<Params>(name, handleAndSettle, ...rest);
    }
  };
}
