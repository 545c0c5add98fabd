import { createHash, type X509Certificate } from 'node:crypto';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { changeCredentials } from '../credentials/change-credentials.ts';
import type { CredentialHolder } from '../credentials/credential-holder.ts';
import type { SigningCertificate } from '../documents/signing-certificate.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import { readPemCertificate } from '../rules/pem-certificates.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'users' | 'accounts'>;

/** 20 bytes make 32 characters of base32, as AWS's ids have. */
const ID_BYTES = 20;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Adds a signing certificate, which is active.
 * @throws {ServiceError} DuplicateCertificate, InvalidCertificate (expired), LimitExceeded, MalformedCertificate, NoSuchEntity
 */
export async function uploadSigningCertificate(
  { store, random }: { readonly store: Store; readonly random: Random },
  { holder, body, now }: { readonly holder: CredentialHolder; readonly body: string; readonly now: number },
): Promise<SigningCertificate> {
  const fingerprint = fingerprintOf(body, now);
  const certificateId = Array.from(random.bytes((ID_BYTES * 8) / 5), (byte) => BASE32[byte & 31]).join('');
  const certificate: SigningCertificate = { certificateId, body, fingerprint, status: 'Active', uploadedAt: now };
  await changeCertificates(store, holder, (certificates) => {
    if (certificates.some((other) => other.fingerprint === fingerprint)) {
      throw new ServiceError(IAM_ERRORS.DuplicateCertificate, 'The user already has this certificate.');
    }
    requireWithin(QUOTAS.signingCertificatesPerUser, certificates.length + 1);
    return [...certificates, certificate];
  });
  return certificate;
}

/** @throws {ServiceError} NoSuchEntity */
export async function updateSigningCertificate(
  store: Store,
  holder: CredentialHolder,
  { certificateId, status }: Pick<SigningCertificate, 'certificateId' | 'status'>,
): Promise<void> {
  await changeCertificates(store, holder, (certificates) => {
    requireCertificate(certificates, certificateId);
    return certificates.map((each) => (each.certificateId === certificateId ? { ...each, status } : each));
  });
}

/** @throws {ServiceError} NoSuchEntity */
export async function deleteSigningCertificate(
  store: Store,
  holder: CredentialHolder,
  certificateId: string,
): Promise<void> {
  await changeCertificates(store, holder, (certificates) => {
    requireCertificate(certificates, certificateId);
    return certificates.filter((each) => each.certificateId !== certificateId);
  });
}

/** The holder's signing certificates, oldest first. */
export function listSigningCertificates(holder: CredentialHolder, request: PageRequest): ListPage<SigningCertificate> {
  const positionOf = (each: SigningCertificate) => `${String(each.uploadedAt).padStart(16, '0')} ${each.certificateId}`;
  return pageOf(holder.signingCertificates, { list: 'signing-certificates', positionOf, request });
}

function fingerprintOf(body: string, now: number): string {
  let certificate: X509Certificate;
  try {
    certificate = readPemCertificate(body);
  } catch (error) {
    throw malformed(body, error);
  }
  // Of an impossible date, this is `NaN`.
  if (!(Date.parse(certificate.validTo) > now)) {
    throw new ServiceError(IAM_ERRORS.InvalidCertificate, `The certificate expired on ${certificate.validTo}.`);
  }
  return createHash('sha256').update(certificate.raw).digest('hex');
}

/** In AWS's words, which repeat what was sent; but not if that is a private key, sent by mistake. */
function malformed(body: string, cause?: unknown): ServiceError {
  const message = body.includes('PRIVATE KEY')
    ? 'A private key is no certificate: it is not stored, and must not be used any more.'
    : `Certificate ${body} is malformed.`;
  return new ServiceError(IAM_ERRORS.MalformedCertificate, message, { cause });
}

function requireCertificate(certificates: readonly SigningCertificate[], certificateId: string): void {
  if (!certificates.some((each) => each.certificateId === certificateId)) {
    throw new ServiceError(IAM_ERRORS.NoSuchEntity, `The Certificate with id ${certificateId} cannot be found.`);
  }
}

async function changeCertificates(
  store: Store,
  holder: CredentialHolder,
  change: (certificates: readonly SigningCertificate[]) => readonly SigningCertificate[],
): Promise<void> {
  const changed = await changeCredentials(store, holder, (old) => ({
    ...old,
    signingCertificates: change(old.signingCertificates),
  }));
  if (!changed) throw noSuchHolder('user', holder.userName ?? holder.accountId);
}
