/** The XML namespaces of SAML 2.0 and of the standards it uses. */
export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';
export const XMLDSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const XMLENC = 'http://www.w3.org/2001/04/xmlenc#';
export const XMLENC11 = 'http://www.w3.org/2009/xmlenc11#';

/** The namespaces that are declared on an element and around it, by prefix; the default one by the empty text. */
export function namespacesAround(element: Element): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let at: Node | null = element; at !== null && at.nodeType === element.nodeType; at = at.parentNode) {
    for (const { name, value } of Array.from((at as Element).attributes)) {
      if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue;
      const prefix = name.slice('xmlns:'.length);
      if (!found.has(prefix)) found.set(prefix, value);
    }
  }
  return found;
}
