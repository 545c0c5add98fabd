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
      refreshed(old, { url, read, now, clock }),
    );
    await auditBridge(bridge, ctx, {
      ...event,
      outcome: 'allowed',
      request: { url, certificates: certificates.length },
    });
    return (await applications.byId(accountId, applicationId)) ?? application;
  } catch (error) {
    // The certificates of before stay: what they verify is as good as it was.
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

interface Refresh {
  readonly url: string;
  readonly read: { readonly certificates: readonly string[]; readonly encryption: string | undefined };
  readonly now: number;
  readonly clock: Bridge['clock'];
}

/** Nothing but certificates is taken: addresses and names are the administrator's to change. */
function refreshed(old: Application, { url, read, now, clock }: Refresh): Application {
  const { settings } = old;
  if (settings.protocol !== 'SAML' || settings.metadata?.url !== url) return old;
  const { encryptionCertificate: before } = settings;
  const encryptionCertificate = before === undefined ? undefined : (read.encryption ?? before);
  return {
    ...old,
    settings: {
      ...settings,
      certificates: [...read.certificates],
      ...(encryptionCertificate !== undefined && { encryptionCertificate }),
      metadata: { ...settings.metadata, readAt: now },
    },
    updatedAt: nextVersion(old, clock),
  };
}
