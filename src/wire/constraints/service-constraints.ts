/** What a service's model says of one shape beyond its type. */
export interface ShapeConstraint {
  /** Least and greatest length of a text (UTF-16 units) or list; 0 as the least, `null` as the greatest, mean none. */
  readonly length?: readonly [min: number, max: number | null];
  /** Least and greatest value of a number. */
  readonly range?: readonly [min: number, max: number | null];
  /** A regular expression that a text must match from end to end, as AWS shows it in messages. */
  readonly pattern?: string;
  /** The values that a text may have. */
  readonly values?: readonly string[];
  /** Of a list or map: the shape of its elements, where that is constrained. */
  readonly element?: string;
}

/** The constraints of a service's input shapes, by the names that its model gives them. */
export interface ServiceConstraints {
  readonly shapes: Readonly<Record<string, ShapeConstraint>>;
  /** By structure and member: the shape of the member. Members without constraints are left out. */
  readonly structures: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The HTTP status of each error code. */
  readonly errorStatus: Readonly<Record<string, number>>;
  /** By operation: the codes of the errors that it declares. */
  readonly errors: Readonly<Record<string, readonly string[]>>;
}
