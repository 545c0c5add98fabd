/**
 * An SDK input type after decoding. The SDK lets required members be `undefined`, but the codec has refused requests
 * without them.
 */
export type Decoded<Input> = {
  [Member in keyof Input]: object extends Pick<Input, Member> ? Input[Member] : Exclude<Input[Member], undefined>;
};

/** The output of an operation that returns nothing. */
export type NoOutput = Record<string, never>;
