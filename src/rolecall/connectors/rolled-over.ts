import { kindNamed } from '../../federation/connectors/kinds.ts';
import type { OpenSettings } from '../../identity/connectors/connector-seed.ts';
import type { ChangedSettings } from './connector-shapes.ts';
import { givenKinds } from './kinds/kinds.ts';

/**
 * The secret of a connector after the step of a roll-over of our own keys that a change asks for. @param secret of the connector as it is.
 * @returns `undefined` if the change asks for none.
 */
export async function rolledOver(
  { name, settings }: { readonly name: string; readonly settings: OpenSettings },
  secret: string | undefined,
  input: ChangedSettings,
): Promise<string | undefined> {
  const given = givenKinds(input).find(({ row }) => row.kind === settings.kind);
  const step = given?.row.rollOver?.(given.input);
  if (step === undefined || secret === undefined) return undefined;
  return await kindNamed(settings.kind).rollOver?.(secret, step, { name, now: Date.now() });
}

/** Whether a change asks for a step of a roll-over and for nothing else: the keys are ours, so no configuration file has them. */
export function asksForRollOverAlone({ Name: _name, ...input }: ChangedSettings): boolean {
  const members = Object.values(input).filter((value) => value !== undefined);
  const [given] = givenKinds(input);
  return (
    members.length === 1 &&
    given?.row.rollOver?.(given.input) !== undefined &&
    Object.values(given.input).filter((value) => value !== undefined).length === 1
  );
}
