import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import type { Random } from '../../../kernel/random.ts';
import type { OidcProviderLibrary } from '../../library/load-oidc-provider.ts';
import type { OpenRegistrationLimit } from '../../registration/open-registration-limit.ts';
import { REGISTRATION_LIMIT } from '../../registration/registration-entry.ts';
import { type RegistrationLimits, readRegistration } from '../../registration/registration-metadata.ts';
import type { RegistrationSettings } from '../../registration/registration-settings.ts';

/** What is needed of a new client beside its metadata. */
const ISSUED = ['client_id', 'client_id_issued_at', 'client_secret', 'client_secret_expires_at'] as const;

interface RegistrationOptions {
  readonly settings: RegistrationSettings;
  readonly ownOrigins: readonly string[];
  readonly random: Random;
  /** Limits registrations without a token. */
  readonly limit: OpenRegistrationLimit;
}

/**
 * Clients that register themselves (RFC 7591, OpenID Connect Dynamic Client Registration 1.0) and manage their registration (RFC 7592). Open
 * registration is one with an initial access token of this server's own (`registration/registration-entry.ts`), so there is always a token,
 * and its policy applies to updates as well.
 */
export function registration(library: OidcProviderLibrary, options: RegistrationOptions): Configuration {
  const { settings, ownOrigins, random, limit } = options;
  if (settings.mode === 'off') return {};
  const limits: RegistrationLimits = { scopes: settings.scopes, schemes: settings.schemes, ownOrigins };
  const policy = (_ctx: KoaContextWithOIDC, properties: object): void => {
    const members = properties as Record<string, unknown>;
    if (isTooLarge(members)) {
      throw new library.errors.InvalidClientMetadata(
        `the metadata are too large, or too deep: send ${REGISTRATION_LIMIT} bytes at most`,
      );
    }
    const issued = Object.fromEntries(ISSUED.map((name) => [name, members[name]]));
    const read = readRegistration(members, limits);
    if ('problem' in read) throw new library.errors.InvalidClientMetadata(read.problem);
    for (const name of Object.keys(members)) delete members[name];
    const hasSecret = String(read.metadata['token_endpoint_auth_method']).startsWith('client_secret');
    Object.assign(members, read.metadata, issued, !hasSecret && { client_secret: undefined });
    if (!hasSecret) members['client_secret_expires_at'] = undefined;
  };
  // Counted before the library requests the address of the sector, and before a change; other registrations count once nothing is wrong.
  const openPolicy = async (ctx: KoaContextWithOIDC, properties: object): Promise<void> => {
    policy(ctx, properties);
    const { sector_identifier_uri: sector } = properties as Record<string, unknown>;
    if (sector !== undefined || ctx.oidc.route === 'client_update') await limit.take(ctx);
  };
  return {
    features: {
      registration: {
        enabled: true,
        initialAccessToken: true,
        idFactory: () => `reg-${random.bytes(16).toString('hex')}`,
        secretFactory: () => random.bytes(32).toString('base64url'),
        issueRegistrationAccessToken: true,
        policies: { open: openPolicy, token: policy },
      },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
    },
    // What is stored was validated: a sign-in must not depend on the site of the sector.
    sectorIdentifierUriValidate: (client) => client['registration'] === undefined,
  } as Configuration;
}

/** A body without `Content-Length` was not measured before, and no one could store what is too deep to be written. */
function isTooLarge(members: object): boolean {
  try {
    return Buffer.byteLength(JSON.stringify(members)) > REGISTRATION_LIMIT;
  } catch {
    return true;
  }
}
