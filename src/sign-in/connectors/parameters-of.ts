/** The parameters of a message; `undefined` if one is repeated, since its readers could disagree about its value (RFC 6749 §3.1). */
export function parametersOf(text: string): Readonly<Record<string, string>> | undefined {
  const parameters = new URLSearchParams(text);
  const names = [...parameters.keys()];
  return new Set(names).size === names.length ? Object.fromEntries(parameters) : undefined;
}
