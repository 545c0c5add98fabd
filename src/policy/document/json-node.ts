/** A JSON value with its position in the text. `at` is the offset of its first character. */
export type JsonNode = JsonObject | JsonArray | JsonString | JsonNumber | JsonBoolean | JsonNull;

export interface JsonObject {
  readonly kind: 'object';
  readonly at: number;
  /** The offset of its last character. */
  readonly end: number;
  /** In document order; names are unique. */
  readonly members: readonly JsonMember[];
}
export interface JsonMember {
  readonly name: string;
  readonly at: number;
  readonly value: JsonNode;
}
export interface JsonArray {
  readonly kind: 'array';
  readonly at: number;
  readonly items: readonly JsonNode[];
}
export interface JsonString {
  readonly kind: 'string';
  readonly at: number;
  readonly text: string;
}
/** A number as written: `1.50` stays `1.50`. */
export interface JsonNumber {
  readonly kind: 'number';
  readonly at: number;
  readonly text: string;
}
export interface JsonBoolean {
  readonly kind: 'boolean';
  readonly at: number;
  readonly value: boolean;
}
export interface JsonNull {
  readonly kind: 'null';
  readonly at: number;
}
