import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientAddress } from '../../http/client-address.ts';
import { LANGUAGE_PATH } from '../../http/language-chooser.ts';
import { viewOf } from '../../http/page-view.ts';
import { REQUEST_ID_HEADER, requestIdMaker } from '../../http/request-id.ts';
import { securityHeaders, setHeaders } from '../../http/security-headers.ts';
import { LOGOS_PATH } from '../../identity/branding/logo-path.ts';
import { INVITATION_PATH } from '../../identity/invitations/send-invitation.ts';
import { NOT_ME_PATH } from '../../identity/notices/notices.ts';
import { RECOVERY_PATH } from '../../identity/recovery/begin-recovery.ts';
import type { Random } from '../../kernel/random.ts';
import type { InvokedUnsigned } from '../../operations/invoked-by.ts';
import { FEDERATION_PATH, SESSION_PATH } from '../../sign-in/console-federation/federation-paths.ts';
import type { RequestFacts } from '../../sign-in/events/sign-in-events.ts';
import { CREDENTIALS_PATH, ICONS_PATH, START_PATH } from '../../sign-in/start/start-paths.ts';
import { CONTINUE } from '../interactions/late-forms.ts';
import {
  ACCOUNT_PATH,
  belowIssuer,
  DEVICE_PATH,
  FACTORS_PATH,
  INTERACTION_PATH,
  ISSUER_PATH,
  LINKS_PATH,
  namesAccount,
  PASSWORD_PATH,
  REQUESTS_PATH,
} from '../own-client.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

interface EntryDependencies {
  readonly random: Random;
  /** Whether the public URL uses https. */
  readonly secure: boolean;
  /** Called before a page is shown. Never rejects. */
  readonly prepare: (request: IncomingMessage) => Promise<void>;
  /** Answers what is not below the issuer, and the steps of a sign-in. */
  readonly pages: Handle;
  /** Answers everything else, with a URL relative to the issuer. */
  readonly provider: Handle;
}

/** In the form that the router expects. */
const INTERACTION = new RegExp(`^${INTERACTION_PATH}/[^/?]+(?:/${CONTINUE})?/?(?:\\?|$)`, 'i');

/** Its form leads to an outside provider. */
const LINKING = new RegExp(`^${LINKS_PATH}/?(?:\\?|$)`, 'i');

/** Its form leads to the page that a link of console federation names. */
const FEDERATION = new RegExp(`^${FEDERATION_PATH}/?(?:\\?|$)`, 'i');

/** Sign-outs that outside providers send through the browser, and that lead back to them. */
const LEADS_ON = /^\/saml\//;

const REQUEST_ID = Symbol('request id');

interface Identified {
  [REQUEST_ID]?: string;
}

/** The id that {@link requestEntry} gave a request. */
export function requestIdOf(request: object): string {
  return (request as Identified)[REQUEST_ID] ?? '';
}

const ACCOUNT_PATHS = new Set([
  ACCOUNT_PATH,
  DEVICE_PATH,
  PASSWORD_PATH,
  LINKS_PATH,
  FACTORS_PATH,
  START_PATH,
  CREDENTIALS_PATH,
  FEDERATION_PATH,
  SESSION_PATH,
  LANGUAGE_PATH,
  RECOVERY_PATH,
]);

/** Whether a path belongs to the provider: everything below the issuer, and the account pages. */
export function isServedHere(path: string): boolean {
  return (
    path === ISSUER_PATH ||
    path.startsWith(`${ISSUER_PATH}/`) ||
    path.startsWith(`${ICONS_PATH}/`) ||
    path.startsWith(`${LOGOS_PATH}/`) ||
    path.startsWith(`${INVITATION_PATH}/`) ||
    path.startsWith(`${NOT_ME_PATH}/`) ||
    path.startsWith(`${RECOVERY_PATH}/`) ||
    path.startsWith(`${REQUESTS_PATH}/`) ||
    ACCOUNT_PATHS.has(path) ||
    namesAccount(path)
  );
}

/** Gives every request its id and security headers, and passes it to our pages or to oidc-provider. */
export function requestEntry(deps: EntryDependencies): (request: IncomingMessage, response: ServerResponse) => void {
  const { pages, provider, prepare, secure } = deps;
  const nextRequestId = requestIdMaker(deps.random);
  const headersOf = {
    here: securityHeaders({ secure, leads: 'here' }),
    apps: securityHeaders({ secure, leads: 'apps' }),
  };
  return (request: IncomingMessage & Identified, response) => {
    const requestId = nextRequestId();
    request[REQUEST_ID] = requestId;
    response.setHeader(REQUEST_ID_HEADER, requestId);
    const path = belowIssuer(request.url ?? '/');
    const url = request.url ?? '/';
    const staysHere = path === undefined && ![LINKING, FEDERATION, LEADS_ON].some((each) => each.test(url));
    setHeaders(response, staysHere ? headersOf.here : headersOf.apps);
    if (path === undefined || INTERACTION.test(request.url ?? '')) {
      void prepare(request).then(() => pages(request, response));
      return;
    }
    // Like mounting in Express: oidc-provider derives its own path from this.
    Object.assign(request, { originalUrl: ISSUER_PATH + path });
    request.url = path;
    // Programs get no pages.
    if (request.headers.accept?.includes('text/html') !== true) provider(request, response);
    else void prepare(request).then(() => provider(request, response));
  };
}

/** Reads what audit events say about the source of a request. */
export function requestFacts(clientAddress: ClientAddress): (request: IncomingMessage) => RequestFacts {
  return (request) => ({
    requestId: requestIdOf(request),
    ip: clientAddress(request),
    userAgent: request.headers['user-agent'],
    language: viewOf({ req: request }).language,
  });
}

/** A request of an app, as the source of an operation that needs no caller. @param secure whether the public URL uses https. */
export function unsignedSource({ requestId, ip, userAgent }: RequestFacts, secure: boolean): InvokedUnsigned {
  return { requestId, source: { ip, userAgent, referer: undefined, secure, region: undefined } };
}
