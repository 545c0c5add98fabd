import { BINDINGS } from '../../connectors/saml/bindings.ts';
import type { ServiceProviderMetadata } from './read-service-provider.ts';

const FORMAT = /:nameid-format:(persistent|transient|emailAddress|unspecified)$/;

/** The settings of an application, named as in the configuration file, as a service provider's metadata have them. */
export function serviceProviderSettings(metadata: ServiceProviderMetadata) {
  const { entityId, assertionConsumerServices, singleLogout, signingCertificates, encryptionCertificates } = metadata;
  const [encryption] = encryptionCertificates;
  const logout = singleLogout.find(({ binding }) => binding === BINDINGS.redirect) ?? singleLogout[0];
  // Service providers list formats by preference: the first one that is offered here.
  const format = metadata.nameIdFormats.map((each) => FORMAT.exec(each)?.[1]).find((each) => each !== undefined);
  return {
    entityId,
    acs: assertionConsumerServices,
    ...(logout !== undefined && {
      logout: {
        url: logout.location,
        ...(logout.responseLocation !== undefined && { responseUrl: logout.responseLocation }),
        binding: logout.binding === BINDINGS.redirect ? 'HTTP-Redirect' : 'HTTP-POST',
      },
    }),
    certificates: signingCertificates.map(pemOf),
    ...(encryption !== undefined && { encryptionCertificate: pemOf(encryption) }),
    ...(encryption !== undefined && metadata.readsOaepSha256 && { keyEncryption: 'RSA_OAEP_256' }),
    wantSignedRequests: metadata.signsRequests && signingCertificates.length > 0,
    ...(format !== undefined && { nameId: { format } }),
  };
}

function pemOf(certificate: string): string {
  const lines = certificate.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
}
