import type { Adapter, AdapterPayload, ClientMetadata, KoaContextWithOIDC } from 'oidc-provider';
import { applicationOf } from '../../identity/applications/application-seed.ts';
import { findInitialAccessToken, takeUse } from '../../identity/applications/registration/initial-access-tokens.ts';
import {
  changeRegistration,
  findByManagementToken,
  type RegisteredApplication,
  revokeManagementToken,
  setManagementToken,
} from '../../identity/applications/registration/registered-applications.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { InitialAccessToken } from '../../identity/documents/applications/initial-access-token.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import { hashedId } from '../../keys/hashed-id.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { OidcProviderLibrary } from '../library/load-oidc-provider.ts';
import { currentRegistration } from '../library/registration/current-registration.ts';
import type { OpenRegistrationLimit } from './open-registration-limit.ts';
import { REGISTRABLE } from './registration-metadata.ts';
import type { RegistrationSettings } from './registration-settings.ts';

/** Audits a change of a registration. Rejects if that could not be stored. */
export type RecordRegistration = (
  ctx: KoaContextWithOIDC,
  event: {
    readonly name: 'RegisterClient' | 'UpdateClientRegistration' | 'DeleteClientRegistration';
    readonly application: Application;
    readonly tokenId?: string | undefined;
  },
) => Promise<void>;

export interface RegistrationRecordsDependencies {
  readonly library: OidcProviderLibrary;
  readonly store: IdentityStore;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly settings: RegistrationSettings;
  /** The token by which a request without one registers openly. */
  readonly openToken: string;
  /** The account of openly registered applications. */
  readonly openAccount: () => Promise<string>;
  readonly limit: OpenRegistrationLimit;
  readonly record: RecordRegistration;
}

/** Where oidc-provider keeps what registrations consist of: durably, as it does not expire, and with tokens hashed. */
export interface RegistrationRecords {
  readonly writeClient: Pick<Adapter, 'upsert' | 'destroy'>;
  readonly models: Readonly<Record<'InitialAccessToken' | 'RegistrationAccessToken', Adapter>>;
}

/** The library needs the time of issue of its tokens, and only checks that it is not in the future. */
const ISSUED = 0;

const unused = async (): Promise<undefined> => undefined;
const READ_ONLY = {
  upsert: unused,
  findByUid: unused,
  findByUserCode: unused,
  consume: unused,
  destroy: unused,
  revokeByGrantId: unused,
};

export function registrationRecords(deps: RegistrationRecordsDependencies): RegistrationRecords {
  const { store, library, openToken, settings, clock } = deps;
  const { InvalidToken } = library.errors;
  const initial: Adapter = {
    ...READ_ONLY,
    async find(text): Promise<AdapterPayload | undefined> {
      const kind = 'InitialAccessToken';
      if (text === openToken)
        return settings.mode === 'open' ? { kind, iat: ISSUED, jti: text, policies: ['open'] } : undefined;
      const found = await findInitialAccessToken(store, hashedId(text), clock.now());
      return found && { kind, iat: ISSUED, jti: text, policies: ['token'] };
    },
  };
  const management: Adapter = {
    ...READ_ONLY,
    async find(text): Promise<AdapterPayload | undefined> {
      const found = await findByManagementToken(store, text);
      return (
        found && {
          kind: 'RegistrationAccessToken',
          iat: ISSUED,
          jti: text,
          clientId: found.applicationId,
          policies: [found.registration.via],
        }
      );
    },
    async upsert(text, { clientId = '' }) {
      if ((await setManagementToken(store, clientId, text)) === undefined) throw new InvalidToken('it is gone');
    },
    async destroy(text) {
      // The new token replaces it in one write.
      if (currentRegistration(library)?.oidc.route !== 'client_update') await revokeManagementToken(store, text);
    },
  };
  return {
    models: { InitialAccessToken: initial, RegistrationAccessToken: management },
    writeClient: {
      async upsert(id, metadata) {
        const ctx = currentRegistration(library);
        if (ctx?.oidc.route === 'registration') await register(deps, ctx, [id, metadata as ClientMetadata]);
        if (ctx?.oidc.route === 'client_update') await update(deps, ctx, [id, metadata as ClientMetadata]);
      },
      async destroy(id) {
        const ctx = currentRegistration(library);
        const application = ctx && (await findByManagementToken(store, ctx.oidc.getAccessToken()));
        if (ctx === undefined || application?.applicationId !== id) throw new InvalidToken('it is gone');
        await store.registeredApplications.remove([application.accountId, id]);
        await deps.record(ctx, { name: 'DeleteClientRegistration', application });
      },
    },
  };
}

type Written = readonly [id: string, metadata: ClientMetadata];

/** Whose registration a request makes, and by which token. */
interface Authority {
  readonly accountId: string;
  readonly openTo: Application['openTo'];
  readonly token: InitialAccessToken | undefined;
}

async function authorityOf(deps: RegistrationRecordsDependencies, ctx: KoaContextWithOIDC): Promise<Authority> {
  const { store, library, clock, settings, openToken } = deps;
  const text = ctx.oidc.getAccessToken();
  if (text === openToken) {
    const accountId = await deps.openAccount();
    if ((await store.accounts.get([accountId])) === undefined) {
      const unavailable = new library.errors.TemporarilyUnavailable('oidc.registration.open.account names no account');
      throw Object.assign(unavailable, { status: 503, statusCode: 503 });
    }
    return { accountId, openTo: settings.open.openTo, token: undefined };
  }
  const token = await findInitialAccessToken(store, hashedId(text), clock.now());
  if (token === undefined) throw new library.errors.InvalidToken('the initial access token was used up meanwhile');
  return { accountId: token.accountId, openTo: 'account', token };
}

async function register(
  deps: RegistrationRecordsDependencies,
  ctx: KoaContextWithOIDC,
  [applicationId, given]: Written,
): Promise<void> {
  const { store, library, sealer, clock, limit } = deps;
  const { accountId, openTo, token } = await authorityOf(deps, ctx);
  const { secret, displayName, metadata } = partsOf(applicationId, given);
  const settings = { protocol: 'OIDC', resources: [], metadata } as const;
  const made = applicationOf(
    { sealer, clock },
    { accountId, applicationId, displayName, openTo, secret, settings: { ...settings, resources: [] } },
    'registration',
  );
  const application: Application = {
    ...made,
    registration: {
      via: token === undefined ? 'open' : 'token',
      issuedAt: given.client_id_issued_at ?? 0,
      ...(token !== undefined && { tokenId: token.tokenId }),
      isUsed: false,
      lastUsedAt: made.createdAt,
    },
  };
  // Last of all checks: what is refused for another reason does not count.
  if (token === undefined) await limit.take(ctx);
  else if (!(await takeUse(store, token, clock.now()))) {
    throw new library.errors.InvalidToken('the initial access token was used up meanwhile');
  }
  await store.registeredApplications.insert(application);
  await deps.record(ctx, { name: 'RegisterClient', application, tokenId: token?.tokenId });
}

async function update(
  deps: RegistrationRecordsDependencies,
  ctx: KoaContextWithOIDC,
  [applicationId, given]: Written,
): Promise<void> {
  const { store, sealer, clock, library } = deps;
  const token = ctx.oidc.getAccessToken();
  const { secret, displayName, metadata } = partsOf(applicationId, given);
  const found: RegisteredApplication | undefined = await findByManagementToken(store, token);
  const before = found?.settings.protocol === 'OIDC' ? found.settings.secrets : [];
  const isNew = secret !== undefined && before.length === 0;
  const { settings } = applicationOf(
    { sealer, clock },
    {
      accountId: found?.accountId ?? '',
      applicationId,
      displayName,
      openTo: 'account',
      secret: isNew ? secret : undefined,
      settings: { protocol: 'OIDC', resources: [], metadata },
    },
    'registration',
  );
  const kept =
    secret === undefined || isNew || settings.protocol !== 'OIDC' ? settings : { ...settings, secrets: before };
  const application = await changeRegistration(
    { store, clock },
    { applicationId, token },
    { displayName, settings: kept },
  );
  if (application === undefined) throw new library.errors.InvalidToken('the registration access token was replaced');
  await deps.record(ctx, { name: 'UpdateClientRegistration', application });
}

function partsOf(applicationId: string, given: ClientMetadata) {
  const members: Readonly<Record<string, unknown>> = given;
  const metadata = Object.fromEntries(
    REGISTRABLE.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]]])),
  );
  const { client_secret: secret, client_name: name } = given;
  return { secret, metadata, displayName: name ?? applicationId };
}
