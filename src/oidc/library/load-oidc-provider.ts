/** The loaded library. */
export type OidcProviderLibrary = typeof import('oidc-provider');

const UNSUPPORTED = 'oidc-provider WARNING: Unsupported runtime';

/**
 * Loads oidc-provider. On Node.js 20, where it works but is no longer supported, it prints a raw warning while loading. That line is
 * suppressed, because the server prints its own advice on versions. Everything else is printed as usual.
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
