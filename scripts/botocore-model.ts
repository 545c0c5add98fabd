/** A shape of a Smithy model, as far as constraints are made from it. */
export interface Shape {
  readonly type: string;
  readonly traits?: Readonly<Record<string, unknown>>;
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly value?: Member;
  readonly input?: Member;
  readonly errors?: readonly Member[];
}

interface Member {
  readonly target: string;
  readonly traits?: Readonly<Record<string, unknown>>;
}

export type Shapes = Readonly<Record<string, Shape>>;

interface BotocoreShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly error?: { readonly code?: string; readonly httpStatusCode?: number };
}

/** A `service-2.json` of botocore. */
export interface BotocoreModel {
  readonly operations: Readonly<
    Record<
      string,
      { readonly input?: { readonly shape: string }; readonly errors?: readonly { readonly shape: string }[] }
    >
  >;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

/**
 * Adds the operations of botocore's model that a Smithy model does not have yet, with their shapes. Shapes that both have are those of the
 * Smithy model.
 * @param only The operations to add; others would have no handler to be checked for.
 */
export function withNewerOperations(smithy: Shapes, newer: BotocoreModel, only: ReadonlySet<string>): Shapes {
  const known = new Map(Object.keys(smithy).map((id) => [id.slice(id.indexOf('#') + 1), id]));
  const added: Record<string, Shape> = {};
  const reach = (name: string): Member => {
    const id = known.get(name) ?? `botocore#${name}`;
    const shape = newer.shapes[name];
    if (!known.has(name) && added[id] === undefined && shape !== undefined) {
      added[id] = { type: 'pending' };
      added[id] = converted(shape, reach);
    }
    return { target: id };
  };
  for (const [name, { input, errors = [] }] of Object.entries(newer.operations)) {
    if (known.has(name) || !only.has(name)) continue;
    added[`botocore#${name}`] = {
      type: 'operation',
      ...(input && { input: reach(input.shape) }),
      errors: errors.map(({ shape }) => reach(shape)),
    };
  }
  return { ...smithy, ...added };
}

function converted(shape: BotocoreShape, reach: (name: string) => Member): Shape {
  const { type, members, member, value, min, max, pattern, enum: values, error } = shape;
  const isNumber = type === 'integer' || type === 'long';
  const limits =
    min === undefined && max === undefined ? undefined : { min: min ?? 0, ...(max !== undefined && { max }) };
  const list = (names: readonly string[]) =>
    Object.fromEntries(
      names.map((each) => [each, { target: 'smithy.api#Unit', traits: { 'smithy.api#enumValue': each } }]),
    );
  return {
    type: values === undefined ? type : 'enum',
    ...(values !== undefined && { members: list(values) }),
    ...(members && {
      members: Object.fromEntries(Object.entries(members).map(([name, each]) => [name, reach(each.shape)])),
    }),
    ...(member && { member: reach(member.shape) }),
    ...(value && { value: reach(value.shape) }),
    traits: {
      ...(limits && { [isNumber ? 'smithy.api#range' : 'smithy.api#length']: limits }),
      ...(pattern !== undefined && { 'smithy.api#pattern': pattern }),
      ...(error?.code !== undefined && {
        'aws.protocols#awsQueryError': { code: error.code, httpResponseCode: error.httpStatusCode ?? 400 },
      }),
    },
  };
}
