/** Formats paths with the names of list elements instead of their indexes: `oidc.clients[shop].redirect_uris.0`. */
export function pathNamer(root: unknown, names: readonly string[]): (path: readonly PropertyKey[]) => string {
  const nameOf = (element: unknown): string | undefined => {
    const name = isObject(element)
      ? names.map((key) => element[key]).find((value) => typeof value === 'string')
      : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
  };
  return (path) => {
    let written = '';
    let at: unknown = root;
    for (const step of path) {
      const isList = Array.isArray(at);
      at = isList || isObject(at) ? (at as Record<PropertyKey, unknown>)[step] : undefined;
      const name = isList ? nameOf(at) : undefined;
      if (name !== undefined) written += `[${name}]`;
      else written += written === '' ? String(step) : `.${String(step)}`;
    }
    return written;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
