import { X509Certificate } from 'node:crypto';
import { readForms } from '../../harness/html-forms.ts';
import { readAssertion } from '../../src/federation/saml/read-assertion.ts';
import { readIdentityProvider } from '../../src/federation/saml/read-metadata.ts';
import { redirectUrl } from '../../src/federation/saml/redirect-binding.ts';
import { verifyResponse } from '../../src/federation/saml/verify-response.ts';

/** A stand-in for an app that speaks SAML. Real ones are in `test/clients`: pysaml2, mod_auth_mellon and SimpleSAMLphp. */
export interface ServiceProvider {
  readonly entityId: string;
  readonly acs: string;
  /** Where it sends the browser to sign in. */
  requestUrl(sso: string): string;
}

export function newServiceProvider(name: string): ServiceProvider {
  const entityId = `https://${name}.example/saml`;
  return {
    entityId,
    acs: `${entityId}/acs`,
    requestUrl(location) {
      const at = new Date().toISOString();
      const xml = `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_${Date.now()}" Version="2.0" IssueInstant="${at}" Destination="${location}"><saml:Issuer>${entityId}</saml:Issuer></samlp:AuthnRequest>`;
      return redirectUrl({ location, parameter: 'SAMLRequest', xml, relayState: undefined, signingKey: undefined });
    },
  };
}

/** What the app learns of the person. */
interface Known {
  readonly nameId: string | undefined;
  readonly audiences: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** Reads the response on the page that posts it to the app, once its signature is verified by the metadata. */
export function assertionIn(html: string, metadata: string): Known {
  const form = readForms(html).find(({ fields }) => fields.some(({ name }) => name === 'SAMLResponse'));
  const response = form?.fields.find(({ name }) => name === 'SAMLResponse')?.value ?? '';
  const { signingCertificates } = readIdentityProvider(metadata);
  const signingKeys = signingCertificates.map((text) => new X509Certificate(Buffer.from(text, 'base64')).publicKey);
  const keys = { signingKeys, privateKeys: () => [], isEncryptionRequired: false };
  const { nameId, audiences, attributes } = readAssertion(
    verifyResponse(Buffer.from(response, 'base64').toString(), keys).assertion,
  );
  return { nameId: nameId?.value, audiences: audiences.flat(), attributes: Object.fromEntries(attributes) };
}
