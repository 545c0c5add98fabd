import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Connector, ConnectorSettings } from '../documents/connector.ts';

/** Settings without their sealed secret. */
export type OpenSettings<Settings = ConnectorSettings> = Settings extends { readonly sealedSecret?: unknown }
  ? Omit<Settings, 'sealedSecret'>
  : Settings;

/** A connector as the configuration file or the API gives it. */
export interface ConnectorSeed
  extends Pick<
    Connector,
    | 'accountId'
    | 'name'
    | 'displayName'
    | 'icon'
    | 'rules'
    | 'domains'
    | 'hasButton'
    | 'enabled'
    | 'provisioning'
    | 'maxProofAge'
  > {
  readonly settings: OpenSettings;
  readonly secret: string | undefined;
}

/** What is needed to make a connector of a seed. */
export interface SealConnectorDependencies {
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether a subject still means the same person after a change of the settings. */
  readonly hasSameSubjects: (old: OpenSettings, settings: OpenSettings) => boolean;
  /** Generates the secret of a connector that has keys of its own; `undefined` if its kind has none. Changes keep it. */
  readonly generateSecret: (settings: OpenSettings, name: string) => (() => Promise<string>) | undefined;
}

const boundTo = (connectorId: string): string => `connector/${connectorId}`;

/** The secret with which a connector authenticates to its provider, if it has one. */
export function connectorSecret(sealer: Sealer, { connectorId, settings }: Connector): string | undefined {
  return settings.sealedSecret && sealer.open(settings.sealedSecret, boundTo(connectorId)).toString('utf8');
}

/** A connector with another secret. */
export function withSecret(
  { sealer }: Pick<SealConnectorDependencies, 'sealer'>,
  connector: Connector,
  secret: string,
): Connector {
  const sealedSecret = sealer.seal(Buffer.from(secret), boundTo(connector.connectorId));
  return { ...connector, settings: { ...connector.settings, sealedSecret } };
}

/** A connector with the tags of another version of it. Tags change on their own, so they are taken from what is stored now. */
export function withTagsOf(connector: Connector, { tags }: Pick<Connector, 'tags'>): Connector {
  return tags === undefined ? connector : { ...connector, tags };
}

/** The secret of the connector that a seed makes: given, or kept from `old`; `undefined` if it would have to be generated. */
export function secretOfSeed(
  { sealer, generateSecret }: Pick<SealConnectorDependencies, 'sealer' | 'generateSecret'>,
  { secret, settings, name }: ConnectorSeed,
  old: Connector | undefined,
): string | undefined {
  const isOurs = generateSecret(settings, name) !== undefined;
  return secret ?? (isOurs && old?.settings.kind === settings.kind ? connectorSecret(sealer, old) : undefined);
}

/** The connector that a seed makes, in the place of `old`. Its id stays only if its subjects still mean the same people. */
export async function connectorOf(
  deps: SealConnectorDependencies,
  whole: ConnectorSeed,
  { old, origin }: { readonly old: Connector | undefined; readonly origin: Connector['origin'] },
): Promise<Connector> {
  const { sealer, clock, random, hasSameSubjects, generateSecret } = deps;
  const { secret: _given, settings, ...seed } = whole;
  const secret = secretOfSeed(deps, whole, old) ?? (await generateSecret(settings, seed.name)?.());
  const connectorId =
    old !== undefined && hasSameSubjects(old.settings, settings) ? old.connectorId : random.bytes(16).toString('hex');
  const sealedSecret = secret === undefined ? undefined : sealer.seal(Buffer.from(secret), boundTo(connectorId));
  const now = clock.now();
  return {
    ...seed,
    connectorId,
    settings: { ...settings, ...(sealedSecret !== undefined && { sealedSecret }) },
    origin,
    createdAt: old?.createdAt ?? now,
    // Identifies the version, so two changes never have the same time.
    updatedAt: old === undefined ? now : Math.max(now, old.updatedAt + 1),
  };
}
