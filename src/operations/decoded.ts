/**
 * An SDK input type as it is once decoded: the SDK lets required members be `undefined`, the codec has refused
 * requests without them.
 */
export type Decoded<Input> = {
  [Member in keyof Input]: object extends Pick<Input, Member> ? Input[Member] : Exclude<Input[Member], undefined>;
};

/** What an operation without output answers. */
export type NoOutput = Record<string, never>;
