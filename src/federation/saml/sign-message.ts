import type { KeyObject } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { XMLDSIG, XMLENC } from './namespaces.ts';
import { RSA_SHA256 } from './redirect-binding.ts';

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';

export interface MessageSigning {
  /** RSA. */
  readonly privateKey: KeyObject;
  /** DER in base64. */
  readonly certificate: string;
}

/**
 * Signs the root element of a message of ours by an enveloped signature behind its Issuer (SAML V2.0 Core §5.4), for the
 * HTTP POST binding.
 */
export function signMessage(xml: string, { privateKey, certificate }: MessageSigning): string {
  const signer = new SignedXml({
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    publicCert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----`,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  signer.addReference({
    xpath: '/*',
    transforms: [`${XMLDSIG}enveloped-signature`, EXCLUSIVE],
    digestAlgorithm: `${XMLENC}sha256`,
  });
  const reference = "/*/*[local-name(.)='Issuer']";
  signer.computeSignature(xml, { prefix: 'ds', location: { reference, action: 'after' } });
  return signer.getSignedXml();
}
