import { X509Certificate } from 'node:crypto';
import type { Context } from 'koa';
import { SamlFault } from '../../federation/saml/fault.ts';
import type { OpenedMessage } from '../../federation/saml/incoming/open-message.ts';
import { importServiceProvider } from '../../federation/saml/service-providers/import-service-provider.ts';
import { nextVersion } from '../../identity/applications/application-seed.ts';
import { readSpCertificate, type SpKeyUse } from '../../identity/applications/saml/certificate.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { SamlApplicationSettings } from '../../identity/documents/applications/saml-application.ts';
import type { Bridge } from '../context/bridge-dependencies.ts';
import { auditBridge } from '../pages/bridge-audit.ts';
import { signingKeysOf } from '../requests/signing-keys.ts';
import type { SamlApplication } from '../stores/saml-applications.ts';

const OLD_AFTER = 24 * 3600_000;
/** Anybody can send messages with wrong signatures. */
const TRIED_AGAIN_AFTER = 60_000;
const MOST_CERTIFICATES = 5;

/**
 * The application by whose certificates a message is verified. They are read again from its metadata if none of them verifies it, so that a
 * roll-over at the app needs nobody here.
 */
export async function applicationForMessage(
  bridge: Bridge,
  ctx: Context,
  { application, opened }: { readonly application: SamlApplication; readonly opened: OpenedMessage },
): Promise<SamlApplication> {
  if (application.settings.metadata !== undefined && isByOtherKey(application, opened)) {
    return await readAgain(bridge, ctx, application);
  }
  refreshIfOld(bridge, ctx, application);
  return application;
}

/** Reads the certificates again if that was long ago. In the background: nobody waits for the app's server. */
export function refreshIfOld(bridge: Bridge, ctx: Context, application: SamlApplication): void {
  const { metadata } = application.settings;
  if (metadata === undefined || bridge.clock.now() < metadata.readAt + OLD_AFTER) return;
  readAgain(bridge, ctx, application).catch((error: unknown) => ctx.app.emit('error', error, ctx));
}

async function readAgain(bridge: Bridge, ctx: Context, application: SamlApplication): Promise<SamlApplication> {
  const { clock, identities, applications, refreshTried: tried } = bridge;
  const { accountId, applicationId, entityId, settings } = application;
  const source = settings.metadata;
  const now = clock.now();
  if (source === undefined || now < (tried.get(applicationId) ?? 0) + TRIED_AGAIN_AFTER) return application;
  tried.set(applicationId, now);
  const { url, signedBy } = source;
  const event = { name: 'RefreshCertificates', accountId, applicationId } as const;
  try {
    const metadata = importServiceProvider(await bridge.fetchMetadata(url), { now, entityId, signedBy });
    const [encryption] = metadata.encryptionCertificates;
    const certificates = metadata.signingCertificates.map((each) => checked(each, 'signing'));
    requireEnough(settings, certificates);
    const read = { certificates, encryption: encryption === undefined ? undefined : checked(encryption, 'encryption') };
    await identities.applications.update([accountId, applicationId], (old) =>
      refreshed(old, { source, entityId, read, now, clock }),
    );
    const { encryptionCertificate: oldEncryption } = settings;
    const changes = changesOf(
      [...settings.certificates, oldEncryption],
      [...certificates, oldEncryption && (read.encryption ?? oldEncryption)],
    );
    const request = { url, certificates: certificates.length, ...changes };
    await auditBridge(bridge, ctx, { ...event, outcome: 'allowed', request });
    return (await applications.byId(accountId, applicationId)) ?? application;
  } catch (error) {
    // The previous certificates stay: what they verify is as trustworthy as before.
    if (!(error instanceof SamlFault)) throw error;
    const { check: errorCode, message: detail } = error;
    await auditBridge(bridge, ctx, { ...event, outcome: 'refused', errorCode, request: { url, detail } });
    return application;
  }
}

/** Whether a message has a signature that none of the certificates verifies. */
function isByOtherKey(application: SamlApplication, opened: OpenedMessage): boolean {
  try {
    if (!opened.isSigned()) return false;
    opened.verified(signingKeysOf(application));
    return false;
  } catch (error) {
    if (!(error instanceof SamlFault)) throw error;
    // Others are refused where the message is read.
    return error.check === 'signature';
  }
}

/** @throws {SamlFault} metadata */
function checked(certificate: string, use: SpKeyUse): string {
  try {
    return readSpCertificate(certificate, use);
  } catch (cause) {
    throw new SamlFault('metadata', `a certificate in the metadata ${(cause as Error).message}`, { cause });
  }
}

/** Without certificates, unsigned requests would be accepted. @throws {SamlFault} metadata */
function requireEnough(settings: SamlApplicationSettings, certificates: readonly string[]): void {
  if (settings.certificates.length > 0 && certificates.length === 0) {
    throw new SamlFault('metadata', 'they have no certificate for signing any more');
  }
  if (certificates.length > MOST_CERTIFICATES) {
    throw new SamlFault('metadata', `they have more than ${MOST_CERTIFICATES} certificates for signing`);
  }
}

type Certificates = readonly (string | undefined)[];

/** The fingerprints of the certificates that an application has from now on, or has no more. */
function changesOf(before: Certificates, after: Certificates): Readonly<Record<string, readonly string[]>> {
  const fingerprints = (list: Certificates, others: Certificates): readonly string[] =>
    list
      .filter((each) => each !== undefined && !others.includes(each))
      .map((each = '') => new X509Certificate(Buffer.from(each, 'base64')).fingerprint256);
  const [added, removed] = [fingerprints(after, before), fingerprints(before, after)];
  return { ...(added.length > 0 && { added }), ...(removed.length > 0 && { removed }) };
}

interface Refresh {
  readonly source: NonNullable<SamlApplicationSettings['metadata']>;
  readonly entityId: string;
  readonly read: { readonly certificates: readonly string[]; readonly encryption: string | undefined };
  readonly now: number;
  readonly clock: Bridge['clock'];
}

/**
 * Nothing but certificates is taken: addresses and names are the administrator's to change. @throws {SamlFault} metadata, if it was changed
 * meanwhile where they come from, who signs them or whose they are: they were not checked by that.
 */
function refreshed(old: Application, { source, entityId, read, now, clock }: Refresh): Application {
  const { settings } = old;
  const isSame =
    settings.protocol === 'SAML' &&
    old.entityId === entityId &&
    settings.metadata?.url === source.url &&
    settings.metadata.signedBy === source.signedBy;
  if (!isSame) throw new SamlFault('metadata', 'the application was changed while they were read');
  const { encryptionCertificate: before } = settings;
  const encryptionCertificate = before === undefined ? undefined : (read.encryption ?? before);
  return {
    ...old,
    settings: {
      ...settings,
      certificates: [...read.certificates],
      ...(encryptionCertificate !== undefined && { encryptionCertificate }),
      metadata: { ...source, readAt: now },
    },
    updatedAt: nextVersion(old, clock),
  };
}
