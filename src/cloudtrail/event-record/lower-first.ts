/** What the audit record does not hold of an input. */
const REDACTED = '[redacted]';
/** What CloudTrail says in its place. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

/** A structure with its members named as CloudTrail names them: `userName` for `UserName`, `sAMLProviderArn` for `SAMLProviderArn`. */
export function lowerFirst(value: unknown): unknown {
  if (value === REDACTED) return HIDDEN;
  if (Array.isArray(value)) return value.map(lowerFirst);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.charAt(0).toLowerCase() + name.slice(1), lowerFirst(member)]),
  );
}
