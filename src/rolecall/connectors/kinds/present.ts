/** The members that were given. */
export function present(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** A text as it was before a file ended it with a newline. */
export function withoutFinalNewline(text: string | undefined): string | undefined {
  return text?.replace(/[\r\n]+$/, '');
}
