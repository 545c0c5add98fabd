/** The bindings that we speak (SAML V2.0 Bindings §3.4, §3.5). */
export const BINDINGS = {
  redirect: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect',
  post: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
} as const;
export type BindingName = keyof typeof BINDINGS;

interface Endpoint {
  readonly binding: string;
  readonly location: string;
}

/** Where and how to send messages: by the binding that is asked for, else by redirect if there is an endpoint for it, else by POST. */
export function endpointFor<Found extends Endpoint>(
  endpoints: readonly Found[],
  asked: BindingName | undefined,
): { readonly name: BindingName; readonly endpoint: Found } | undefined {
  for (const name of asked === undefined ? (['redirect', 'post'] as const) : [asked]) {
    const endpoint = endpoints.find(({ binding }) => binding === BINDINGS[name]);
    if (endpoint !== undefined) return { name, endpoint };
  }
  return undefined;
}
