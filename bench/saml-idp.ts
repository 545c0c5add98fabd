import { sign } from 'node:crypto';
import { rsaKey } from '../harness/saml-metadata.ts';
import { loginResponse, type ResponseProtection } from '../src/bridge/answers/response.ts';
import { readAuthnRequest } from '../src/bridge/requests/read-authn-request.ts';
import { openMessage } from '../src/federation/saml/incoming/open-message.ts';
import { redirectUrl } from '../src/federation/saml/redirect-binding.ts';
import type { Bench, PreparedBench, Workload } from './bench.ts';

const IDP = 'https://id.example.com/saml/idp/123456789012/metadata';
const SP = 'https://app.example.com/saml';
const ACS = 'https://app.example.com/acs';
const GROUPS = 100;

/** What a sign-on to a SAML app costs for a person with a session, without the store: the request, and the response with a hundred groups. */
function prepare(): PreparedBench {
  const now = Date.now();
  const key = rsaKey();
  const app = rsaKey();
  const at = new Date(now).toISOString();
  const request = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0" IssueInstant="${at}" Destination="https://id.example.com/sso"><saml:Issuer>${SP}</saml:Issuer></samlp:AuthnRequest>`;
  const location = 'https://id.example.com/sso';
  const sent = { location, parameter: 'SAMLRequest', xml: request, relayState: 'r' } as const;
  const rawQuery = new URL(redirectUrl({ ...sent, signingKey: app.privateKey })).search.slice(1);
  const envelope = { id: '_response', issuer: IDP, acs: ACS, inResponseTo: '_r', now };
  const content = {
    ...envelope,
    id: '_assertion',
    nameId: { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', value: 'a'.repeat(64) },
    entityId: SP,
    audience: SP,
    authenticatedAt: now,
    sessionIndex: '_session',
    sessionEndsAt: undefined,
    classRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    attributes: [
      { name: 'email', nameFormat: 'basic' as const, values: ['alice@example.com'] },
      { name: 'groups', nameFormat: 'basic' as const, values: Array.from({ length: GROUPS }, (_, i) => `group-${i}`) },
    ],
  };
  const signing = { ...key, algorithm: 'RSA_SHA256' as const };
  const response = (protection: Pick<ResponseProtection, 'signResponse' | 'encryption'>): Workload => ({
    kind: 'sync',
    call: () => loginResponse(envelope, content, { signing, signAssertion: true, ...protection }),
  });
  const bytes = Buffer.from(request);
  return {
    variants: {
      'RSA-2048 signature alone': { kind: 'sync', call: () => sign('sha256', bytes, key.privateKey) },
      'signed request by redirect': {
        kind: 'sync',
        call: () => readAuthnRequest(openMessage({ binding: 'redirect', rawQuery }).verified([app.publicKey])),
      },
      'assertion signed': response({ signResponse: false, encryption: undefined }),
      'response and assertion signed': response({ signResponse: true, encryption: undefined }),
      'assertion signed and encrypted': response({
        signResponse: false,
        encryption: { publicKey: app.publicKey, keyEncryption: 'RSA_OAEP' },
      }),
    },
  };
}

/** Answering a SAML app, compared with the bare signature. */
export const benches: readonly Bench[] = [{ name: 'saml-idp', against: 'RSA-2048 signature alone', prepare }];
