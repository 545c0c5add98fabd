type Library = typeof import('@simplewebauthn/server');
let library: Promise<Library> | undefined;

/** Loaded when first needed: it is large, and most processes handle requests long before a passkey. */
export function loadWebAuthn(): Promise<Library> {
  library ??= import('@simplewebauthn/server');
  return library;
}

type Helpers = typeof import('@simplewebauthn/server/helpers');

/** Loaded when first needed, as the library itself, which includes them. */
export function loadWebAuthnHelpers(): Promise<Helpers> {
  return import('@simplewebauthn/server/helpers');
}

/** EdDSA, ES256, RS256 (COSE): what authenticators have, and Node verifies. */
export const ALGORITHMS: readonly number[] = [-8, -7, -257];
