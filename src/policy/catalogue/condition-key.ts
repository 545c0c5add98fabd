/** How the values of a key are read: what its operators compare. */
export type ConditionKeyType = 'string' | 'arn' | 'numeric' | 'date' | 'bool' | 'ip' | 'binary';

/**
 * Where the value of a key comes from in a live request. `request`: how it came, and the tags it passes; `caller`: who calls;
 * `session`: how the caller's temporary credentials came about; `resource`: what it is about; `operation`: what the operation
 * itself says of the call; `token`: the claims of the web identity token that opened, or is to open, the session; `none`: it
 * never has a value here.
 */
export type ConditionKeyOrigin = 'request' | 'caller' | 'session' | 'resource' | 'operation' | 'token' | 'none';

/** A condition key that policies may ask for. */
export interface ConditionKey {
  /** As AWS writes it. A family of keys ends in `/*`; a claim's key begins with `<issuer>:`. */
  readonly name: string;
  readonly type: ConditionKeyType;
  /** Several values at once: policies ask by `ForAllValues:` and `ForAnyValue:`. */
  readonly multivalued: boolean;
  readonly origin: ConditionKeyOrigin;
  /** When it has a value and which; of a key that has none here, why. Markdown. */
  readonly presence: string;
}

/** The common kind of key: one text. */
export const STRING = { type: 'string', multivalued: false } as const;
export const STRINGS = { type: 'string', multivalued: true } as const;
export const ARN = { type: 'arn', multivalued: false } as const;
export const NUMERIC = { type: 'numeric', multivalued: false } as const;
export const DATE = { type: 'date', multivalued: false } as const;
export const BOOL = { type: 'bool', multivalued: false } as const;
export const IP = { type: 'ip', multivalued: false } as const;
