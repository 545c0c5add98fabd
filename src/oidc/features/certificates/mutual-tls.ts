import type { IncomingMessage } from 'node:http';
import type { Client, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { PresentedCertificate } from '../../../federation/client-certificates/presented-certificate.ts';
import {
  alternativeNamesOf,
  dnText,
  matchesSubject,
  type SubjectProperty,
} from '../../../federation/client-certificates/subject-match.ts';
import type { OidcProviderLibrary } from '../../library/load-oidc-provider.ts';
import type { LibraryMiddleware } from '../../library/middleware.ts';

/** Client certificates of apps (RFC 8705). */
export interface MutualTls {
  /** The URL at which clients are asked for certificates, without a trailing slash; `undefined` if it is the public URL. */
  readonly url: string | undefined;
  /** Whether something verifies where certificates come from, as `tls_client_auth` needs. */
  readonly verifiesAuthorities: boolean;
  readonly presented: (request: IncomingMessage) => Promise<PresentedCertificate>;
}

/** Endpoints of programs, under their names in the discovery document. Browsers never call these at the other URL. */
const ALIASED = [
  'token_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'backchannel_authentication_endpoint',
  'userinfo_endpoint',
  'rolecall_role_credentials_endpoint',
  'rolecall_client_certificate_endpoint',
] as const;

const SELF_TEST_PATH = '/client-certificate';
const SELF_TEST = new RegExp(`^${SELF_TEST_PATH}/?$`);
const DISCOVERY = /^\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\/?$/i;

/** What each request presented; read before oidc-provider's routes, which ask for it synchronously. */
const presentedBy = new WeakMap<IncomingMessage, PresentedCertificate>();

/** The methods by which clients authenticate with certificates. */
export function certificateMethods(mutualTls: MutualTls | undefined) {
  if (mutualTls === undefined) return [];
  const selfSigned = ['self_signed_tls_client_auth'] as const;
  return mutualTls.verifiesAuthorities ? (['tls_client_auth', ...selfSigned] as const) : selfSigned;
}

/** RFC 8705: clients that authenticate with certificates, and tokens that are bound to them. */
export function mutualTls(
  given: MutualTls | undefined,
  { library, publicUrl, issuerPath }: { library: OidcProviderLibrary; publicUrl: string; issuerPath: string },
): Configuration {
  const refuse = (why: string): never => {
    throw Object.assign(new library.errors.InvalidClientAuth(why), { error_description: why });
  };
  const isOn = given !== undefined;
  return {
    ...(isOn && {
      discovery: { rolecall_client_certificate_endpoint: `${publicUrl}${issuerPath}${SELF_TEST_PATH}` },
    }),
    features: {
      mTLS: {
        enabled: isOn,
        certificateBoundAccessTokens: isOn,
        selfSignedTlsClientAuth: isOn,
        tlsClientAuth: given?.verifiesAuthorities === true,
        getCertificate(ctx) {
          const { certificate, absence, timeFault } = presentedBy.get(ctx.req) ?? {};
          const { client } = ctx.oidc;
          if (certificate === undefined) {
            if (authenticatesByCertificate(client)) refuse(absence ?? 'no client certificate can be presented here');
            return undefined;
          }
          const fault = authenticatesByCertificate(client) ? timeFault?.() : undefined;
          if (fault !== undefined) refuse(described(fault));
          return certificate.x509;
        },
        certificateAuthorized(ctx) {
          const fault = presentedBy.get(ctx.req)?.trustFault();
          if (fault !== undefined) refuse(described(fault));
          return presentedBy.has(ctx.req);
        },
        certificateSubjectMatches(ctx, property, expected) {
          const certificate = presentedBy.get(ctx.req)?.certificate;
          if (certificate !== undefined && matchesSubject(certificate, property as SubjectProperty, expected))
            return true;
          return refuse(`the client certificate does not have the registered ${property}`);
        },
      },
    } as Configuration['features'],
  };
}

/** Reads the certificates of requests, answers the self-test, and publishes the endpoints at the other URL. */
export function certificateSteps(
  given: MutualTls,
  { publicUrl, issuerPath }: { publicUrl: string; issuerPath: string },
): readonly LibraryMiddleware[] {
  const read = async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    const presented = await given.presented(ctx.req);
    presentedBy.set(ctx.req, presented);
    if (!SELF_TEST.test(ctx.path)) return await next();
    ctx.set('Cache-Control', 'no-store');
    if (ctx.method === 'GET' || ctx.method === 'HEAD') ctx.body = report(presented, given);
    else {
      ctx.status = 405;
      ctx.set('Allow', 'GET, HEAD');
    }
  };
  if (given.url === undefined) return [read];
  const [from, to] = [`${publicUrl}${issuerPath}/`, `${given.url}${issuerPath}/`];
  const publish = async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    await next();
    if (ctx.status !== 200) return;
    const metadata = ctx.body as Record<string, unknown>;
    // RFC 8705 §5.
    const aliases = ALIASED.flatMap((name) => {
      const address = metadata[name];
      return typeof address === 'string' && address.startsWith(from) ? [[name, to + address.slice(from.length)]] : [];
    });
    ctx.body = { ...metadata, mtls_endpoint_aliases: Object.fromEntries(aliases) };
  };
  return [
    read,
    (ctx: KoaContextWithOIDC, next: () => Promise<void>) => (DISCOVERY.test(ctx.path) ? publish(ctx, next) : next()),
  ];
}

/** Whether a request comes from the holder of the certificate that a token is bound to (RFC 8705 §3). */
export function holdsCertificateOf(request: IncomingMessage, thumbprint: string): boolean {
  const certificate = presentedBy.get(request)?.certificate;
  return certificate !== undefined && thumbprintOf(certificate.x509) === thumbprint;
}

function authenticatesByCertificate(client: Client | undefined): boolean {
  const method = client?.['clientAuthMethod'] ?? client?.tokenEndpointAuthMethod;
  return method === 'tls_client_auth' || method === 'self_signed_tls_client_auth';
}

/** As OAuth's error descriptions begin. */
function described(fault: string): string {
  return fault.charAt(0).toLowerCase() + fault.slice(1);
}

function thumbprintOf({ fingerprint256 }: { readonly fingerprint256: string }): string {
  return Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url');
}

/** What the self-test answers: the client's own certificate as it arrived here, under the names of the client metadata. */
function report({ by, certificate, absence, timeFault, trustFault }: PresentedCertificate, given: MutualTls): object {
  if (certificate === undefined) return { presented: false, reason: absence };
  const names = alternativeNamesOf(certificate);
  const fault = timeFault();
  const trust = given.verifiesAuthorities ? trustFault() : 'not offered by this server';
  return {
    presented: true,
    arrived_by: by,
    tls_client_auth_subject_dn: dnText(certificate.subject),
    tls_client_auth_san_dns: names.flatMap(({ dNSName }) => dNSName ?? []),
    tls_client_auth_san_uri: names.flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? []),
    tls_client_auth_san_ip: names.flatMap(({ iPAddress }) => iPAddress ?? []),
    tls_client_auth_san_email: names.flatMap(({ rfc822Name }) => rfc822Name ?? []),
    'x5t#S256': thumbprintOf(certificate.x509),
    serial: certificate.serial,
    issuer: certificate.x509.issuer.replaceAll('\n', ', '),
    not_before: certificate.x509.validFrom,
    not_after: certificate.x509.validTo,
    tls_client_auth: trust ?? 'accepted',
    self_signed_tls_client_auth: fault ?? 'accepted if it is in the key set of the client',
  };
}
