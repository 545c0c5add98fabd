/** The parts of a format in angle brackets, in order. */
type Parts<Format extends string> = Format extends `${string}<${string}>${infer Rest}`
  ? [part: string, ...rest: Parts<Rest>]
  : [];

type Kind = 'value' | 'counter' | 'set';

/** A kind of entry in the ephemeral store. */
export interface EphemeralKey<Format extends string = string, Lifetime extends number | string = number | string> {
  /** How its keys are built; the parts that vary are in angle brackets. */
  readonly format: Format;
  readonly kind: Kind;
  /** In ms; in words if entries differ. */
  readonly lifetime: Lifetime;
  /** The module that alone reads and writes it. */
  readonly owner: string;
  /** What an entry means, for docs/redis.md. */
  readonly meaning: string;
  /** Builds the key of one entry. */
  of(...parts: Parts<Format>): string;
}

/** Declares a kind of entry. */
export function declareKey<const Format extends string, Lifetime extends number | string>(
  kind: Kind,
  format: Format,
  rest: { readonly lifetime: Lifetime; readonly owner: string; readonly meaning: string },
): EphemeralKey<Format, Lifetime> {
  const [first = '', ...others] = format.split(/<[^>]*>/);
  return {
    kind,
    format,
    ...rest,
    of: (...parts) => first + (parts as readonly string[]).map((part, i) => part + (others[i] ?? '')).join(''),
  };
}
