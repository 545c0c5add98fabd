import type { Application } from '../../identity/documents/application.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { ServiceError } from '../../kernel/service-error.ts';

export interface DestinationsDependencies {
  readonly store: Pick<IdentityStore, 'applications'>;
  readonly publicUrl: string;
}

/** The metadata of OIDC applications that say where their pages are. */
const ADDRESSES = ['client_uri', 'initiate_login_uri', 'redirect_uris'] as const;

/**
 * Where the browser goes after the sign-in: this server, or the origin of an application of the account. Everything else would make the
 * server an open redirector.
 * @returns `undefined` if the request names none.
 * @throws {ServiceError} ValidationError.
 */
export async function readDestination(
  { store, publicUrl }: DestinationsDependencies,
  text: string | undefined,
  accountId: string,
): Promise<string | undefined> {
  if (text === undefined || text === '') return undefined;
  const url = parse(text);
  if (url !== undefined) {
    if (url.origin === new URL(publicUrl).origin) return url.href;
    let after: string | undefined;
    do {
      const page = await store.applications.find('key', [accountId], after === undefined ? {} : { after });
      if (page.items.some((application) => originsOf(application).includes(url.origin))) return url.href;
      after = page.next;
    } while (after !== undefined);
  }
  throw new ServiceError(
    'ValidationError',
    'Destination must be the full URL of a page of this server, or of an application that is registered in the account.',
  );
}

function parse(text: string): URL | undefined {
  try {
    const url = new URL(text);
    const isPage = url.protocol === 'https:' || url.protocol === 'http:';
    return isPage && url.username === '' && url.password === '' ? url : undefined;
  } catch {
    return undefined;
  }
}

function originsOf({ disabledAt, startUrl, settings }: Application): readonly string[] {
  if (disabledAt !== undefined) return [];
  const metadata = settings.protocol === 'OIDC' ? settings.metadata : {};
  const addresses = [startUrl, ...ADDRESSES.flatMap((name) => metadata[name])];
  return addresses.flatMap((address) => (typeof address === 'string' ? (parse(address)?.origin ?? []) : []));
}
