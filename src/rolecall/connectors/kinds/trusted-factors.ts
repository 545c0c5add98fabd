import type { TrustedFactors } from '../../../identity/documents/connectors/trusted-factors.ts';
import { present } from './present.ts';

interface Factors {
  readonly Amr?: readonly string[] | undefined;
  readonly Acr?: readonly string[] | undefined;
  readonly PhishingResistant?: readonly string[] | undefined;
}

/** Under the names of the configuration file. Without any value it is an empty list, which removes the setting. */
export function givenFactors(input: Factors | undefined): Readonly<Record<string, unknown>> | readonly [] | undefined {
  if (input === undefined) return undefined;
  const { Amr: amr, Acr: acr, PhishingResistant: phishingResistant } = input;
  const given = Object.entries({ amr, acr, phishingResistant }).filter(([, values = []]) => values.length > 0);
  return given.length === 0 ? [] : present(Object.fromEntries(given));
}

export function shownFactors(factors: TrustedFactors | undefined): Factors | undefined {
  return factors && { Amr: factors.amr, Acr: factors.acr, PhishingResistant: factors.phishingResistant };
}
