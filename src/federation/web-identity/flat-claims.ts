import type { ContextValue } from '../../policy/request.ts';
import { AWS_CLAIMS } from './token-tags.ts';

/** Objects nested more deeply are not condition keys. No known issuer uses more than three levels. */
const DEEPEST = 8;

/** Every claim that can be a condition key, with the members of nested objects under dotted names. */
export function* flatClaims(claims: object, depth = 1): Generator<readonly [name: string, value: ContextValue]> {
  for (const [claim, value] of Object.entries(claims) as [string, unknown][]) {
    if (depth === 1 && AWS_CLAIMS.some((prefix) => claim.startsWith(prefix))) continue;
    const lowerCase = claim.toLowerCase();
    // Condition keys ignore case, so a claim that users may set (`GROUPS`) must not displace the intended one.
    if (claim !== lowerCase && Object.hasOwn(claims, lowerCase)) continue;
    const read = readValue(value);
    if (read !== undefined) yield [claim, read];
    else if (isObject(value) && depth < DEEPEST) {
      for (const [name, inner] of flatClaims(value, depth + 1)) yield [`${claim}.${name}`, inner];
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The value as a condition key has it: text, or a list of texts. An empty list has none. */
export function readValue(value: unknown): ContextValue | undefined {
  if (isScalar(value)) return String(value);
  if (Array.isArray(value) && value.length > 0 && value.every(isScalar)) return value.map(String);
  return undefined;
}
