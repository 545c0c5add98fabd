import { SamlFault } from '../../federation/saml/fault.ts';
import {
  type FetchMetadata,
  importServiceProvider,
  LARGEST_METADATA,
} from '../../federation/saml/service-providers/import-service-provider.ts';
import { serviceProviderSettings } from '../../federation/saml/service-providers/service-provider-settings.ts';
import { readSpCertificate } from '../../identity/applications/saml/certificate.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { SamlApplicationSettings } from '../../identity/documents/applications/saml-application.ts';
import { postAddressProblem } from '../../identity/rules/post-address.ts';
import { refuse } from '../connectors/given-connector.ts';
import { type StructureOf, shape } from '../shapes/shape.ts';

const { optional, text } = shape;

/** The address that certificates are read again from, in input and output alike. */
export const METADATA_URL = text('ServiceProviderMetadataUrl', { length: [0, 2048], audited: true });

/** The input that takes the settings of a SAML application from its metadata. */
export const METADATA_INPUT = {
  MetadataXml: optional(
    text('ServiceProviderMetadata', { length: [1, LARGEST_METADATA] }),
    'Takes the settings that are not given here from the metadata of the service provider.',
  ),
  MetadataUrl: optional(
    METADATA_URL,
    'Takes them from metadata at this address, and reads its certificates again from there every day and when a signature does not verify. Empty: no longer.',
  ),
  MetadataEntityId: optional(
    text('ServiceProviderMetadataEntityId', { length: [1, 1024], audited: true }),
    'Which service provider it is, if the metadata describe several.',
  ),
  MetadataCertificate: optional(
    text('ServiceProviderMetadataCertificate', { length: [1, 16_384] }),
    'A certificate, in PEM, by whose key the metadata must be signed, also when they are read again.',
  ),
};
type Given = StructureOf<typeof METADATA_INPUT> & {
  readonly EntityId?: string | undefined;
  readonly Certificates?: readonly string[] | undefined;
  readonly EncryptionCertificate?: string | undefined;
};

/** What metadata say of an application, and where they are read again from. */
export interface ImportedSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly source: SamlApplicationSettings['metadata'];
}

export interface ImportDependencies {
  readonly fetchMetadata: FetchMetadata;
  readonly now: number;
}

/** @throws {ServiceError} ValidationError */
export async function importedSettings(
  given: Given | undefined,
  found: Application | undefined,
  deps: ImportDependencies,
): Promise<ImportedSettings> {
  const before = found?.settings.protocol === 'SAML' ? found.settings.metadata : undefined;
  if (given === undefined) return { settings: {}, source: before };
  const { MetadataXml: xml, MetadataUrl: url } = given;
  const source = sourceOf(given, before, deps.now);
  refuse(problemsOf(given, source));
  const signedBy = source?.signedBy ?? certificateOf(given.MetadataCertificate);
  const isFetched = url !== undefined && url !== '';
  if (!isFetched && xml === undefined) return { settings: {}, source };
  try {
    const metadata = isFetched ? await deps.fetchMetadata(url) : (xml ?? '');
    const entityId = given.MetadataEntityId ?? (isFetched ? found?.entityId : undefined);
    const read = importServiceProvider(metadata, { now: deps.now, entityId, signedBy });
    const { nameId, ...settings } = serviceProviderSettings(read);
    // How people are named is not changed behind the administrator's back.
    return { settings: found === undefined && nameId !== undefined ? { ...settings, nameId } : settings, source };
  } catch (error) {
    if (!(error instanceof SamlFault)) throw error;
    refuse([`Saml.${isFetched ? 'MetadataUrl' : 'MetadataXml'}: ${error.message}`]);
    throw error;
  }
}

/** Metadata given as a text replace a previous address: they are not fetched again. */
function sourceOf(
  { MetadataXml, MetadataUrl, MetadataCertificate }: Given,
  before: ImportedSettings['source'],
  now: number,
): ImportedSettings['source'] {
  if (MetadataUrl === undefined) return MetadataXml === undefined ? before : undefined;
  if (MetadataUrl === '') return undefined;
  const signedBy = certificateOf(MetadataCertificate) ?? (before?.url === MetadataUrl ? before.signedBy : undefined);
  return { url: MetadataUrl, ...(signedBy !== undefined && { signedBy }), readAt: now };
}

function problemsOf(given: Given, source: ImportedSettings['source']): readonly string[] {
  const { MetadataXml, MetadataUrl = '', MetadataCertificate, MetadataEntityId } = given;
  const isImported = MetadataXml !== undefined || MetadataUrl !== '';
  const addressProblem = MetadataUrl === '' ? undefined : postAddressProblem(MetadataUrl);
  return [
    ...(MetadataXml !== undefined && MetadataUrl !== ''
      ? ['Saml.MetadataXml: cannot be combined with MetadataUrl']
      : []),
    ...(addressProblem === undefined ? [] : [`Saml.MetadataUrl: ${addressProblem}`]),
    ...(!isImported && (MetadataCertificate ?? MetadataEntityId) !== undefined
      ? ['Saml.MetadataCertificate, MetadataEntityId: need MetadataXml or MetadataUrl']
      : []),
    ...(['Certificates', 'EncryptionCertificate'] as const)
      .filter((name) => source !== undefined && given[name] !== undefined)
      .map((name) => `Saml.${name}: comes from MetadataUrl; give an empty MetadataUrl to set it by hand`),
  ];
}

function certificateOf(pem: string | undefined): string | undefined {
  if (pem === undefined) return undefined;
  try {
    return readSpCertificate(pem, 'signing');
  } catch (error) {
    refuse([`Saml.MetadataCertificate: ${(error as Error).message}`]);
    throw error;
  }
}
