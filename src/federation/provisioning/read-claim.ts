export type Claims = Readonly<Record<string, unknown>>;

/**
 * A claim by its path. A claim whose name itself contains the dots comes first; otherwise each dot leads into an object:
 * `realm_access.roles`.
 */
export function readClaim(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Claims)[step];
  }
  return value;
}

/** Texts that some providers send for a value they do not have. */
const NOTHING = new Set(['', 'null', 'undefined']);

/** The first of several claims that is a text with something in it. */
export function firstText(claims: Claims, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = readClaim(claims, path);
    if (typeof value === 'string' && !NOTHING.has(value.trim())) return value.trim();
  }
  return undefined;
}

/** The texts of a claim that may have one or several. */
export function textsOf(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each) => typeof each === 'string');
}

/**
 * Whether the provider says that an address was verified. Several providers send the text; anything else, and nothing, is no
 * (OpenID Connect Core §5.1).
 */
export function isEmailVerified(claims: Claims): boolean {
  const verified = readClaim(claims, 'email_verified');
  return verified === true || verified === 'true';
}
