import * as z from 'zod';
import type { ConnectorSettings } from '../../identity/documents/connector.ts';
import type { TrustedFactors } from '../../identity/documents/connectors/trusted-factors.ts';

const MOST_VALUES = 20;

/** A list of values, as the configuration file has it. */
export const factorValues = () =>
  z
    .array(z.string('must be a text').min(1, 'must not be empty').max(1024, 'is too long'), 'must be a list')
    .min(1, 'must not be empty')
    .max(MOST_VALUES, `must have at most ${MOST_VALUES} values`)
    .optional();

/** The setting in the configuration file. @param fields the kinds of values that the provider's protocol has. */
export function trustedFactorsField<Fields extends z.ZodRawShape>(fields: Fields) {
  const names = Object.keys(fields).join(' or ');
  const message = `must have ${names}, or be left out`;
  return z
    .strictObject(fields, message)
    .refine((given) => Object.values(given).some((values) => values !== undefined), message)
    .optional();
}

/** What a provider says of how a person authenticated. */
interface StatedFactors {
  readonly amr: readonly string[];
  readonly acr: string | undefined;
  readonly vouchesForFactors?: boolean;
}

/**
 * The value by which a login counts as the second factor, such as `amr mfa`; `undefined` if it does not, which is the default. The value must
 * be signed by the provider, and say something of the authentication that was asked for.
 */
export function countedFactor(settings: ConnectorSettings, login: StatedFactors): string | undefined {
  const { amr = [], acr = [], phishingResistant = [] } = trustedOf(settings, login);
  return statedValue(login, { amr: [...amr, ...phishingResistant], acr: [...acr, ...phishingResistant] });
}

/** Likewise, the value by which a login counts as one with a factor that cannot be phished. */
export function phishingResistantFactor(settings: ConnectorSettings, login: StatedFactors): string | undefined {
  const { phishingResistant = [] } = trustedOf(settings, login);
  return statedValue(login, { amr: phishingResistant, acr: phishingResistant });
}

function trustedOf(settings: ConnectorSettings, { vouchesForFactors }: StatedFactors): TrustedFactors {
  return vouchesForFactors === true && 'trustedFactors' in settings ? (settings.trustedFactors ?? {}) : {};
}

function statedValue({ amr, acr }: StatedFactors, counted: { amr: string[]; acr: string[] }): string | undefined {
  const method = amr.find((each) => counted.amr.includes(each));
  if (method !== undefined) return `amr ${method}`;
  return acr !== undefined && counted.acr.includes(acr) ? `acr ${acr}` : undefined;
}
