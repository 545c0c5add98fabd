/** A mail in words: one plain text, and the same as simple HTML. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}
