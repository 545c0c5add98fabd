/** The library, loaded. */
export type OidcProviderLibrary = typeof import('oidc-provider');

const UNSUPPORTED = 'oidc-provider WARNING: Unsupported runtime';

/**
 * Loads oidc-provider. On Node 20, where it works but is no longer supported, it prints a raw warning while it loads: that one
 * line is left out here, because the start prints one of its own (which Node.js to use). Everything else is printed as ever.
 */
export async function loadOidcProvider(): Promise<OidcProviderLibrary> {
  const { warn } = console;
  console.warn = (...line: unknown[]) => {
    if (!String(line[0]).includes(UNSUPPORTED)) warn.apply(console, line);
  };
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}
