import { readFile } from 'node:fs/promises';
import { BINDINGS } from '../../../federation/connectors/saml/bindings.ts';
import {
  readServiceProvider,
  type ServiceProviderMetadata,
} from '../../../federation/saml/service-providers/read-service-provider.ts';
import type { CommandContext } from '../command.ts';

/**
 * Prints a service provider as an entry of `saml.applications`, made of its metadata. Changes nothing.
 * @throws {Error} with a message that says what to do
 */
export async function readSamlMetadata(
  { stdout }: Pick<CommandContext, 'stdout'>,
  { file, entityId }: { readonly file: string; readonly entityId: string | undefined },
): Promise<void> {
  const text = await readFile(file, 'utf8');
  let metadata: ServiceProviderMetadata;
  try {
    metadata = readServiceProvider(text, entityId);
  } catch (cause) {
    throw new Error(`${file}: ${(cause as Error).message}`, { cause });
  }
  await new Promise<void>((done) =>
    stdout.write(`${JSON.stringify(applicationOf(metadata), undefined, 2)}\n`, () => done()),
  );
}

const FORMAT = /:nameid-format:(persistent|transient|emailAddress|unspecified)$/;

/** The first format that is offered here is taken, since service providers list them by preference. */
function applicationOf(metadata: ServiceProviderMetadata): object {
  const { entityId, assertionConsumerServices, singleLogout, signingCertificates, encryptionCertificates } = metadata;
  const [encryption] = encryptionCertificates;
  const logout = singleLogout.find(({ binding }) => binding === BINDINGS.redirect) ?? singleLogout[0];
  const format = metadata.nameIdFormats.map((each) => FORMAT.exec(each)?.[1]).find((each) => each !== undefined);
  return {
    id: idOf(entityId),
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
    attributes: [],
  };
}

/** A proposal: the host, or whatever else the entity id consists of. */
function idOf(entityId: string): string {
  const name = URL.canParse(entityId) && new URL(entityId).host !== '' ? new URL(entityId).hostname : entityId;
  return (
    name
      .replace(/[^A-Za-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 64) || 'app'
  );
}

function pemOf(certificate: string): string {
  const lines = certificate.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
}
