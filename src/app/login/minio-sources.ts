import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Registry } from 'prom-client';
import { openAuthorities, requireAuthorityFiles } from '../../federation/client-certificates/authorities.ts';
import { certificateVerifier } from '../../federation/client-certificates/certificate-verifier.ts';
import { webhookVerifier } from '../../federation/custom-tokens/ask-webhook.ts';
import type { VerifyDirectoryPassword } from '../../federation/directory-identities/directory-identity.ts';
import { IdentityFault } from '../../federation/identity-fault.ts';
import type { MinioSettings } from '../../federation/minio-settings.ts';
import { outboundFetch } from '../../http/outbound-fetch.ts';
import type { MinioDependencies } from '../../sts/minio-dependencies.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';
import type { Settings } from '../settings/settings.ts';

/** The largest answer of a webhook, in bytes. */
const LARGEST_ANSWER = 64 * 1024;
const TIMEOUT_MS = 5000;

interface MinioSourcesDependencies {
  readonly registry: Registry;
  /** Opens the verification of passwords by connectors. Called at most once, when one is configured. */
  readonly openDirectories: () => VerifyDirectoryPassword;
}

/** The sources of identities for MinIO's STS operations, by the configuration as it was last applied. */
export interface MinioSources {
  readonly current: MinioDependencies;
  /** The header in which the proxy passes client certificates on, in lower case; `undefined` without that operation. */
  readonly certificateHeader: () => string | undefined;
  /**
   * Opens the sources of another configuration. @returns what puts them into use.
   * @throws {Error} if a configured file cannot be used; the present sources stay in use.
   */
  replacement(settings: Pick<Settings, 'federation'>): () => void;
}

/** Opens the sources, with their metric. @throws {Error} if a configured file cannot be used. */
export function openMinioSources(
  started: Settings,
  { registry, openDirectories }: MinioSourcesDependencies,
): MinioSources {
  const refusals = registerLabelledCount(registry, {
    name: 'rolecall_outside_identity_refusals_total',
    help: 'Refused client certificates, custom tokens and passwords for directories, by the check that failed.',
    label: 'check',
  });
  const counted: Counted =
    (verify) =>
    async (...given) => {
      try {
        return await verify(...given);
      } catch (error) {
        if (error instanceof IdentityFault) refusals.add(error.check);
        throw error;
      }
    };
  let verifyPassword: VerifyDirectoryPassword | undefined;
  const open = ({ federation: { minio } }: Pick<Settings, 'federation'>) => {
    // Which proxies are trusted only changes at a restart.
    const { trustedProxies, clientCertificates } = started.server;
    if (minio.certificate !== undefined && trustedProxies.length === 0 && clientCertificates.port === undefined) {
      throw new Error(
        'federation.minio.certificate: client certificates come from a proxy, which server.trustedProxies must name, or to server.clientCertificates.port',
      );
    }
    if (minio.ldap.length > 0) verifyPassword ??= counted(openDirectories());
    return { minio, sources: sourcesOf(minio, { verifyPassword, counted }) };
  };

  let now = open(started);
  return {
    current: {
      get roleArns() {
        return now.sources.roleArns;
      },
      get roleOfIssuer() {
        return now.sources.roleOfIssuer;
      },
      get directories() {
        return now.sources.directories;
      },
      get certificate() {
        return now.sources.certificate;
      },
      get customToken() {
        return now.sources.customToken;
      },
    },
    certificateHeader: () => now.minio.certificate?.header,
    replacement(settings) {
      const next = open(settings);
      return () => {
        now = next;
      };
    },
  };
}

type Counted = <Given extends unknown[], Found>(
  verify: (...given: Given) => Promise<Found>,
) => (...given: Given) => Promise<Found>;

function sourcesOf(
  { webIdentity, roleArns, certificate, customToken, ldap }: MinioSettings,
  {
    verifyPassword,
    counted,
  }: { readonly verifyPassword: VerifyDirectoryPassword | undefined; readonly counted: Counted },
): MinioDependencies {
  return {
    roleArns: new Map(Object.entries(roleArns)),
    roleOfIssuer: new Map(webIdentity.map(({ issuer, defaultRole }) => [issuer, defaultRole])),
    directories: ldap.flatMap((row) => (verifyPassword === undefined ? [] : [{ ...row, verify: verifyPassword }])),
    certificate: certificate && {
      name: certificate.name,
      defaultRole: certificate.defaultRole,
      verify: counted(certificateVerifier(authoritiesOf(certificate))),
    },
    customToken: customToken && {
      name: customToken.name,
      defaultRole: customToken.defaultRole,
      verify: counted(webhookOf(customToken)),
    },
  };
}

function authoritiesOf({ caFile, revocation }: NonNullable<MinioSettings['certificate']>) {
  const files = { caFile, crlFile: revocation === 'none' ? undefined : revocation.crlFile };
  requireAuthorityFiles('federation.minio.certificate', files);
  return openAuthorities(files);
}

function webhookOf({
  url,
  authorizationFile,
  caFile,
  allowPrivateNetworks,
}: NonNullable<MinioSettings['customToken']>) {
  return webhookVerifier({
    url,
    authorization: async () =>
      authorizationFile === undefined ? undefined : (await readFile(authorizationFile, 'utf8')).trim(),
    fetch: outboundFetch({
      allowPrivate: allowPrivateNetworks,
      limit: LARGEST_ANSWER,
      timeoutMs: TIMEOUT_MS,
      ...(caFile !== undefined && { ca: readFileSync(caFile, 'utf8') }),
    }),
  });
}
