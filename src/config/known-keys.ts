import * as z from 'zod';

/** A key of the configuration file, derived from the schema. */
export interface KnownKey {
  /** A dotted path; `[]` stands for each entry of a list. */
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  /** If only some variants of a group have it: the values of `kind` that do. */
  readonly kinds?: readonly string[];
}

export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  /** The variants of a group, told apart by their `kind`. */
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
}

const keysOfShapes = new WeakMap<z.ZodType, readonly KnownKey[]>();

/** All keys that a configuration file may have; groups come before their members. */
export function knownKeys(shape: z.ZodType): readonly KnownKey[] {
  const known =
    keysOfShapes.get(shape) ??
    keysBelow('', z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  keysOfShapes.set(shape, known);
  return known;
}

function keysBelow(prefix: string, schema: JsonSchema): KnownKey[] {
  return schema.oneOf === undefined ? keysOfGroup(prefix, schema) : keysOfVariants(prefix, schema.oneOf);
}

/** The keys of all variants; those that mean the same in several are there once. */
function keysOfVariants(prefix: string, variants: readonly JsonSchema[]): KnownKey[] {
  const found = new Map<string, { readonly key: KnownKey; readonly kinds: string[] }>();
  for (const variant of variants) {
    const kind = String(variant.properties?.['kind']?.const);
    for (const key of keysOfGroup(prefix, variant)) {
      const meaning = `${key.path} ${JSON.stringify(key.schema)}`;
      const known = found.get(meaning) ?? { key, kinds: [] };
      found.set(meaning, { ...known, kinds: [...known.kinds, kind] });
    }
  }
  return [...found.values()].map(({ key, kinds }) => (kinds.length === variants.length ? key : { ...key, kinds }));
}

function keysOfGroup(prefix: string, { properties = {}, required = [] }: JsonSchema): KnownKey[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    return [
      { path, schema, isRequired: required.includes(name) },
      ...keysBelow(`${path}.`, schema),
      ...(schema.items === undefined ? [] : keysBelow(`${path}[].`, schema.items)),
    ];
  });
}

/** The known name that an unknown one was most likely meant to be. */
export function closestName(unknown: string, known: readonly string[]): string | undefined {
  const lastOf = (name: string): string => name.split('.').at(-1) ?? name;
  const sameEnd = known.filter((name) => sameLetters(lastOf(name), lastOf(unknown)));
  if (sameEnd.length > 0) return sameEnd.find((name) => name.split('.').length > 1) ?? sameEnd[0];
  const most = Math.max(1, Math.floor(lastOf(unknown).length / 4));
  const edits = (one: string, other: string): number =>
    Math.abs(one.length - other.length) > most ? Number.POSITIVE_INFINITY : editsBetween(one, other);
  const near = known
    .map((name) => ({ name, edits: Math.min(edits(unknown, name), edits(lastOf(unknown), lastOf(name))) }))
    .filter(({ edits }) => edits <= most)
    .sort((one, other) => one.edits - other.edits);
  return near[0]?.name;
}

const sameLetters = (one: string, other: string): boolean => bare(one) === bare(other);
const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The Levenshtein distance, counting a swap of adjacent characters as one edit. */
function editsBetween(one: string, other: string): number {
  const rows = Array.from({ length: one.length + 1 }, (_, i) => [i, ...Array<number>(other.length).fill(0)]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 0; j <= other.length; j++) (rows[0] ?? [])[j] = j;
  for (let i = 1; i <= one.length; i++) {
    for (let j = 1; j <= other.length; j++) {
      const replace = at(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swap = isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY;
      (rows[i] ?? [])[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replace, swap);
    }
  }
  return at(one.length, other.length);
}
