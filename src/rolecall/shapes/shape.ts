/**
 * The shapes of the API: what values may be, and what they mean. A shape is declared once; its TypeScript type, codec,
 * constraints, documentation and service model all come from the declaration.
 */

declare const VALUE: unique symbol;

interface ShapeBase<Value> {
  /** Unique in the service; error messages and the service model name it. */
  readonly name: string;
  /** A sentence for the documentation. */
  readonly documentation?: string;
  /** Only a type: no shape has this property. */
  readonly [VALUE]?: Value;
}

/** Smallest and largest value, or shortest and longest length. 0 means no minimum, `null` no maximum. */
export type Limits = readonly [min: number, max: number | null];

/** How a value that callers choose freely is treated. By default, audit events show it as `[redacted]`. */
interface Disclosure {
  /** Whether audit events show the value. Names, ARNs and settings: yes. */
  readonly audited?: boolean;
  /** Whether it is a secret: never audited, never repeated in error messages, and hidden by clients. */
  readonly sensitive?: boolean;
}

export interface TextShape<Value extends string = string> extends ShapeBase<Value>, Disclosure {
  readonly kind: 'text';
  /** In UTF-16 units. */
  readonly length?: Limits;
  /** A regular expression that the whole value must match, without anchors. */
  readonly pattern?: string;
  /** The allowed values of an enumeration. */
  readonly values?: readonly Value[];
}

export interface IntegerShape extends ShapeBase<number> {
  readonly kind: 'integer';
  readonly range?: Limits;
}

export interface BooleanShape extends ShapeBase<boolean> {
  readonly kind: 'boolean';
}

export interface TimestampShape extends ShapeBase<Date> {
  readonly kind: 'timestamp';
}

export interface BlobShape extends ShapeBase<Uint8Array>, Pick<Disclosure, 'sensitive'> {
  readonly kind: 'blob';
  /** In bytes. */
  readonly length?: Limits;
}

export interface ListShape<Element = unknown> extends ShapeBase<readonly Element[]> {
  readonly kind: 'list';
  readonly element: AnyShape;
  readonly length?: Limits;
}

export interface MapShape<Element = unknown> extends ShapeBase<Readonly<Record<string, Element>>> {
  readonly kind: 'map';
  readonly key: TextShape;
  readonly element: AnyShape;
  readonly length?: Limits;
}

export interface StructureShape<Value = unknown> extends ShapeBase<Value> {
  readonly kind: 'structure';
  readonly members: Members;
}

export type AnyShape =
  | TextShape
  | IntegerShape
  | BooleanShape
  | TimestampShape
  | BlobShape
  | ListShape
  | MapShape
  | StructureShape;

/** A member of a structure. */
export interface Member<Shape extends AnyShape = AnyShape, IsRequired extends boolean = boolean> {
  readonly shape: Shape;
  readonly isRequired: IsRequired;
  /** What the value is for, in this place. */
  readonly documentation: string;
}

export type Members = Readonly<Record<string, Member>>;

/** The type of a shape's values. */
export type ValueOf<Shape> = Shape extends { readonly [VALUE]?: infer Value } ? Exclude<Value, undefined> : never;

type Flat<Value> = { [Key in keyof Value]: Value[Key] };

/** The type of a structure with these members. Optional members may be absent or `undefined`. */
export type StructureOf<M extends Members> = Flat<
  {
    readonly [Name in keyof M as M[Name]['isRequired'] extends true ? Name : never]: ValueOf<M[Name]['shape']>;
  } & {
    readonly [Name in keyof M as M[Name]['isRequired'] extends true ? never : Name]?:
      | ValueOf<M[Name]['shape']>
      | undefined;
  }
>;

type Options<Shape extends AnyShape> = Omit<Shape, 'kind' | 'name' | 'element' | 'key' | 'members' | typeof VALUE>;

const text = (name: string, options: Omit<Options<TextShape>, 'values'> = {}): TextShape => ({
  kind: 'text',
  name,
  ...options,
});

/** A text that is one of a few values. Later versions may add values. */
const enumeration = <const Value extends string>(
  name: string,
  values: readonly Value[],
  options: Pick<Options<TextShape>, 'documentation'> = {},
): TextShape<Value> => ({ kind: 'text', name, values, audited: true, ...options });

const integer = (name: string, options: Options<IntegerShape> = {}): IntegerShape => ({
  kind: 'integer',
  name,
  ...options,
});

const boolean = (name: string, options: Options<BooleanShape> = {}): BooleanShape => ({
  kind: 'boolean',
  name,
  ...options,
});

const timestamp = (name: string, options: Options<TimestampShape> = {}): TimestampShape => ({
  kind: 'timestamp',
  name,
  ...options,
});

const blob = (name: string, options: Options<BlobShape> = {}): BlobShape => ({ kind: 'blob', name, ...options });

const list = <Element extends AnyShape>(
  name: string,
  element: Element,
  options: Options<ListShape> = {},
): ListShape<ValueOf<Element>> => ({ kind: 'list', name, element, ...options });

const map = <Element extends AnyShape>(
  name: string,
  { key, element }: { readonly key: TextShape; readonly element: Element },
  options: Options<MapShape> = {},
): MapShape<ValueOf<Element>> => ({ kind: 'map', name, key, element, ...options });

const structure = <M extends Members>(
  name: string,
  members: M,
  options: Options<StructureShape> = {},
): StructureShape<StructureOf<M>> => ({ kind: 'structure', name, members, ...options });

/** A member that is always present. */
const required = <Shape extends AnyShape>(of: Shape, documentation: string): Member<Shape, true> => ({
  shape: of,
  isRequired: true,
  documentation,
});

/** A member that may be absent. */
const optional = <Shape extends AnyShape>(of: Shape, documentation: string): Member<Shape, false> => ({
  shape: of,
  isRequired: false,
  documentation,
});

const nextToken = text('NextToken', { length: [1, 4096], documentation: 'Where the next page begins.' });

/** The members of the input of an operation that lists pages. */
const pageRequest = {
  NextToken: optional(nextToken, 'From the previous page. Absent for the first page.'),
  MaxResults: optional(integer('MaxResults', { range: [1, 1000] }), 'The most items that the page may have.'),
};

/** The members of its output, beside the items. */
const pageResponse = { NextToken: optional(nextToken, 'Present if there are more items.') };

/** Tags, with the limits that IAM has. */
const tags = list(
  'TagList',
  structure('Tag', {
    Key: required(
      text('TagKey', { length: [1, 128], pattern: String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]+`, audited: true }),
      'Its name.',
    ),
    Value: required(
      text('TagValue', { length: [0, 256], pattern: String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]*`, audited: true }),
      'Its value.',
    ),
  }),
  { length: [0, 50] },
);

/** The words of the declaration. */
export const shape = {
  text,
  enumeration,
  integer,
  boolean,
  timestamp,
  blob,
  list,
  map,
  structure,
  required,
  optional,
  pageRequest,
  pageResponse,
  tags,
};
