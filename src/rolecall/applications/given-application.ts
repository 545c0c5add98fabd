import type { ApplicationSeed } from '../../identity/applications/application-seed.ts';
import { storedClaims } from '../../identity/applications/oidc/claim-settings.ts';
import { signsPeopleIn } from '../../identity/applications/oidc/client-flows.ts';
import { clientSettingsShape } from '../../identity/applications/oidc/client-settings.ts';
import { samlFieldsShape } from '../../identity/applications/saml/saml-settings.ts';
import { samlSettings } from '../../identity/applications/saml-seeds.ts';
import type { Application } from '../../identity/documents/application.ts';
import type { OidcApplicationSettings } from '../../identity/documents/applications/oidc-application.ts';
import type { SamlApplicationSettings } from '../../identity/documents/applications/saml-application.ts';
import { readIcon } from '../../identity/rules/icon.ts';
import { postAddressProblem } from '../../identity/rules/post-address.ts';
import { refuse } from '../connectors/given-connector.ts';
import type { ChangedSettings } from './application-shapes.ts';
import type { ImportedSettings } from './metadata-members.ts';
import { metadataOf, shownProblem } from './oidc/oidc-metadata.ts';
import { presetOf } from './preset-members.ts';
import { samlSettingsOf, shownSamlProblem } from './saml-members.ts';

type Common = Pick<ApplicationSeed, 'accountId' | 'applicationId' | 'displayName' | 'openTo' | 'icon' | 'startUrl'>;

/** What an application that is about to be saved is made of. */
export interface GivenApplication {
  readonly accountId: string;
  readonly applicationId: string;
  /** The application as it is, if it is changed. */
  readonly found?: Application | undefined;
  readonly input: ChangedSettings;
  /** What the metadata of a service provider say. */
  readonly imported?: ImportedSettings | undefined;
  /** The secret as it is, or a new one. Only used if the client authenticates with one. */
  readonly secret: string;
}

/** An assertion has the person's e-mail address, groups and tags, and an account must not get those of others for a followed link. */
const SAML_FOR_EVERYONE =
  'OpenTo: EVERYONE is not possible with Saml, which asks people of other accounts for no consent. List the application in saml.applications of the configuration file';

/**
 * Reads an application that is about to be saved, by the rules of the configuration file. Settings that are not given stay as they are.
 * @throws {ServiceError} ValidationError with every problem.
 */
export function readApplication(given: GivenApplication): ApplicationSeed {
  const { found, input } = given;
  const protocol = found?.settings.protocol ?? (input.Oidc === undefined ? 'SAML' : 'OIDC');
  const other = protocol === 'OIDC' ? input.Saml : input.Oidc;
  if (found === undefined && input.Oidc === undefined && input.Saml === undefined) refuse(['Oidc or Saml is needed']);
  if (other !== undefined) {
    refuse([
      found === undefined
        ? 'Saml: cannot be combined with Oidc'
        : `${protocol === 'OIDC' ? 'Saml' : 'Oidc'}: the protocol of the application is ${protocol}`,
    ]);
  }
  if (protocol === 'SAML' && input.OpenTo === 'EVERYONE') refuse([SAML_FOR_EVERYONE]);
  const common = commonOf(given);
  return protocol === 'OIDC' ? oidcSeed(given, common) : samlSeed(given, common);
}

function commonOf({ accountId, applicationId, found, input }: GivenApplication): Common {
  const { Icon = found?.icon, StartUrl = found?.startUrl, OpenTo } = input;
  const icon = Icon === '' ? undefined : Icon;
  const startUrl = StartUrl === '' ? undefined : StartUrl;
  const problem = startUrl === undefined ? undefined : postAddressProblem(startUrl);
  refuse([
    ...(icon === undefined || readIcon(icon) !== undefined
      ? []
      : ['Icon: must be a PNG, WebP or SVG image as a data: URL in base64']),
    ...(problem === undefined ? [] : [`StartUrl: ${problem}`]),
  ]);
  return {
    accountId,
    applicationId,
    displayName: input.DisplayName ?? found?.displayName ?? applicationId,
    openTo: (OpenTo?.toLowerCase() as Application['openTo'] | undefined) ?? found?.openTo ?? 'account',
    ...(icon !== undefined && { icon }),
    ...(startUrl !== undefined && { startUrl }),
  };
}

function oidcSeed({ found, input, secret }: GivenApplication, common: Common): ApplicationSeed {
  const before: Pick<OidcApplicationSettings, 'metadata' | 'resources' | 'claims'> =
    found?.settings.protocol === 'OIDC' ? found.settings : { metadata: {}, resources: [] };
  const { response_types: types, ...metadata }: Readonly<Record<string, unknown>> = before.metadata;
  const merged = present({
    ...metadata,
    // Those of a machine are derived.
    ...(Array.isArray(types) && types.length > 0 && { response_types: types }),
    resources: before.resources,
    ...metadataOf(input.Oidc ?? {}),
    client_name: common.displayName,
  });
  const hasSecret = String(merged['token_endpoint_auth_method'] ?? 'client_secret').startsWith('client_secret');
  const parsed = clientSettingsShape.safeParse({
    ...merged,
    client_id: common.applicationId,
    ...(hasSecret && { client_secret: secret }),
  });
  if (!parsed.success) refuse(parsed.error.issues.map(({ path, message }) => shownProblem(path, message)));
  const { resources = [], claims: _parsed, ...rest } = merged;
  const claims = parsed.data?.claims === undefined ? before.claims : storedClaims(parsed.data.claims);
  return {
    ...common,
    secret: hasSecret ? secret : undefined,
    settings: {
      protocol: 'OIDC',
      resources: resources as typeof before.resources,
      ...(claims !== undefined && claims.length > 0 && { claims }),
      metadata: { redirect_uris: [], ...(!signsPeopleIn(rest) && { response_types: [] }), ...rest },
    },
  };
}

function samlSeed({ found, input, imported }: GivenApplication, common: Common): ApplicationSeed {
  const {
    protocol: _saml,
    metadata,
    ...before
  }: Partial<SamlApplicationSettings> = found?.settings.protocol === 'SAML' ? found.settings : {};
  const source = imported === undefined ? metadata : imported.source;
  const preset = presetOf(input.Saml ?? {});
  const given = samlSettingsOf(input.Saml ?? {});
  const parsed = samlFieldsShape.safeParse(
    present({ ...before, entityId: found?.entityId, ...preset.settings, ...imported?.settings, ...given }),
  );
  if (!parsed.success) {
    refuse(parsed.error.issues.map(({ path, message }) => shownSamlProblem(path, message)));
    throw parsed.error;
  }
  const startUrl = input.StartUrl === undefined ? (preset.startUrl ?? common.startUrl) : common.startUrl;
  return {
    ...common,
    ...(startUrl !== undefined && { startUrl }),
    secret: undefined,
    entityId: parsed.data.entityId,
    settings: { ...samlSettings(parsed.data), ...(source !== undefined && { metadata: source }) },
  };
}

function present(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
