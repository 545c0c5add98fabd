import type { KoaContextWithOIDC } from 'oidc-provider';
import { showNotFoundPage } from '../../http/error-page.ts';
import { refuseMethod } from '../../http/wrong-method.ts';

const LOOKS = ['GET', 'HEAD'];
const FORMS = [...LOOKS, 'POST'];

/** The methods of each endpoint, by its path below the issuer. Pages serve people; the others return JSON to programs. */
const ENDPOINTS: readonly { readonly path: RegExp; readonly methods: readonly string[]; readonly isPage: boolean }[] = [
  { path: /^\/auth\/?$/i, methods: FORMS, isPage: true },
  { path: /^\/auth\/[^/]+\/?$/i, methods: LOOKS, isPage: true },
  { path: /^\/device\/?$/i, methods: FORMS, isPage: true },
  { path: /^\/device\/auth\/?$/i, methods: ['POST'], isPage: false },
  { path: /^\/device\/[^/]+\/?$/i, methods: LOOKS, isPage: true },
  { path: /^\/session\/end\/?$/i, methods: FORMS, isPage: true },
  { path: /^\/session\/end\/confirm\/?$/i, methods: ['POST'], isPage: true },
  { path: /^\/session\/end\/success\/?$/i, methods: LOOKS, isPage: true },
  { path: /^\/me\/?$/i, methods: FORMS, isPage: false },
  { path: /^\/reg\/?$/i, methods: ['POST'], isPage: false },
  { path: /^\/reg\/[^/]+\/?$/i, methods: [...LOOKS, 'PUT', 'DELETE'], isPage: false },
  {
    path: /^\/(?:token|request|backchannel|token\/introspection|token\/revocation)\/?$/i,
    methods: ['POST'],
    isPage: false,
  },
  {
    path: /^\/(?:jwks|\.well-known\/(?:openid-configuration|oauth-authorization-server))\/?$/i,
    methods: LOOKS,
    isPage: false,
  },
];

/**
 * Whether a path below the issuer is that of an endpoint for programs. Its errors are JSON (RFC 6749 §5.2) whatever they accept: the HTTP
 * client of Java, for one, prefers `text/html` unless it is told otherwise.
 */
export function isForPrograms(path: string): boolean {
  return ENDPOINTS.find((endpoint) => endpoint.path.test(path))?.isPage === false;
}

/**
 * Answers requests below the issuer that match no route: 405 with `Allow` if the endpoint supports other methods, otherwise a page saying
 * that there is nothing here. Programs get JSON (RFC 6749 §5.2).
 */
export function noRoute(requestIdOf: (request: object) => string) {
  return (ctx: KoaContextWithOIDC): void => {
    const requestId = requestIdOf(ctx.req);
    const endpoint = ENDPOINTS.find(({ path }) => path.test(ctx.path));
    if (endpoint === undefined || endpoint.methods.includes(ctx.method)) {
      // Setting only a body would make it a 200.
      ctx.status = 404;
      showNotFoundPage(ctx, requestId);
      return;
    }
    refuseMethod(ctx, endpoint.methods, requestId);
    if (ctx.status === 405 && !endpoint.isPage) {
      const error_description = `this endpoint takes ${endpoint.methods.join(' or ')} requests`;
      ctx.body = { error: 'invalid_request', error_description };
    }
  };
}

/** Answers `OPTIONS` requests other than preflights, which oidc-provider's routes answer. */
export function plainOptions(requestIdOf: (request: object) => string) {
  const answer = noRoute(requestIdOf);
  return (ctx: KoaContextWithOIDC, next: () => Promise<void>): void | Promise<void> =>
    ctx.method === 'OPTIONS' && ctx.get('access-control-request-method') === '' ? answer(ctx) : next();
}
