/** The type of a key's values, which its operators compare. */
export type ConditionKeyType = 'string' | 'arn' | 'numeric' | 'date' | 'bool' | 'ip' | 'binary';

/**
 * Where the value of a key comes from in a live request. `request`: the transport, and the tags in the request.
 * `caller`: the principal. `session`: how the caller's temporary credentials were obtained. `resource`: the resource
 * of the request. `operation`: set by the operation itself. `token`: the claims of the web identity token that opened
 * the session or is about to. `none`: never has a value here.
 */
export type ConditionKeyOrigin = 'request' | 'caller' | 'session' | 'resource' | 'operation' | 'token' | 'none';

/** A condition key that policies may use. */
export interface ConditionKey {
  /** In AWS's spelling. A family of keys ends in `/*`; a claim key begins with `<issuer>:`. */
  readonly name: string;
  readonly type: ConditionKeyType;
  /** Has several values: policies use `ForAllValues:` and `ForAnyValue:`. */
  readonly multivalued: boolean;
  readonly origin: ConditionKeyOrigin;
  /** When the key has a value, and which; or why it never has one here. Markdown. */
  readonly presence: string;
}

/** The most common kind of key: a single string. */
export const STRING = { type: 'string', multivalued: false } as const;
export const STRINGS = { type: 'string', multivalued: true } as const;
export const ARN = { type: 'arn', multivalued: false } as const;
export const NUMERIC = { type: 'numeric', multivalued: false } as const;
export const DATE = { type: 'date', multivalued: false } as const;
export const BOOL = { type: 'bool', multivalued: false } as const;
export const IP = { type: 'ip', multivalued: false } as const;
