/** What a service's model says about a shape beyond its type. */
export interface ShapeConstraint {
  /** Minimum and maximum length of a string (in UTF-16 units) or list. 0 means no minimum, `null` no maximum. */
  readonly length?: readonly [min: number, max: number | null];
  /** Minimum and maximum value of a number. */
  readonly range?: readonly [min: number, max: number | null];
  /** A regular expression that the whole string must match, as AWS shows it in messages. */
  readonly pattern?: string;
  /** The allowed values of a string. */
  readonly values?: readonly string[];
  /** For a list or map: the shape of its elements, if that is constrained. */
  readonly element?: string;
  /** For a map: the shape of its keys, if that is constrained. */
  readonly key?: string;
}

/** The constraints of a service's input shapes, by their names in its model. */
export interface ServiceConstraints {
  readonly shapes: Readonly<Record<string, ShapeConstraint>>;
  /** The shape of each member, by structure and member name. Members without constraints are omitted. */
  readonly structures: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The HTTP status of each error code. */
  readonly errorStatus: Readonly<Record<string, number>>;
  /** The error codes that each operation declares. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
}
