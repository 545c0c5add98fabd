import { kindNamed } from '../../federation/connectors/kinds.ts';
import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import type { ChangedSettings } from './connector-shapes.ts';
import { givenKinds } from './kinds/kinds.ts';

/** The connector with the step of a roll-over of our own keys that a change asks for. @param secret of the connector as it is. */
export async function rolledOver(
  seed: ConnectorSeed,
  secret: string | undefined,
  input: ChangedSettings,
): Promise<ConnectorSeed> {
  const { name, settings } = seed;
  const given = givenKinds(input).find(({ row }) => row.kind === settings.kind);
  const step = given?.row.rollOver?.(given.input);
  if (step === undefined || secret === undefined) return seed;
  const rolled = await kindNamed(settings.kind).rollOver?.(secret, step, { name, now: Date.now() });
  return rolled === undefined ? seed : { ...seed, secret: rolled };
}
