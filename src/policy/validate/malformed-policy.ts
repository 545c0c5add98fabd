import { ServiceError } from '../../kernel/service-error.ts';
import type { JsonNode } from '../document/json-node.ts';
import { type Place, placeOf, placeSuffix } from '../document/place.ts';

/** What IAM's older parser says, whatever it stumbles over. */
export const LEGACY = 'The policy failed legacy parsing';
/** Whatever is wrong with a policy of an organisation, AWS says no more of it. */
export const WRONG_FOR_TYPE =
  'The provided policy document does not meet the requirements of the specified policy type.';

/** `MalformedPolicyDocument`, with the place of what is wrong. */
export class MalformedPolicyError extends ServiceError {
  readonly place: Place;

  constructor(sentence: string, place: Place, addition: string) {
    super('MalformedPolicyDocument', sentence + addition, { addition });
    this.place = place;
  }
}

/**
 * Throws what is wrong with a document, in AWS's words and with the place behind them; `verbatim` leaves the place out of the
 * sentence, for those that name the value themselves.
 */
export type Refuse = (message: string, at: number, words?: 'verbatim') => never;

/** Makes the refusal for one document; `root` is its text as JSON, as far as it could be read. */
export function refuser(text: string, root: JsonNode | undefined): Refuse {
  return (message, at, words) => {
    const place = placeOf(text, at, root);
    throw new MalformedPolicyError(message, place, words === 'verbatim' ? '' : placeSuffix(place));
  };
}
