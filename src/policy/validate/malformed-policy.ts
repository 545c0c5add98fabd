import { ServiceError } from '../../kernel/service-error.ts';
import type { JsonNode } from '../document/json-node.ts';
import { type Place, placeOf, placeSuffix } from '../document/place.ts';
import { POLICY_ERRORS } from './policy-errors.ts';

/** The message of IAM's older parser for every error. */
export const LEGACY = 'The policy failed legacy parsing';
/** The only message that AWS gives for an invalid policy of an organisation. */
export const WRONG_FOR_TYPE =
  'The provided policy document does not meet the requirements of the specified policy type.';

/** `MalformedPolicyDocument`, with the place of the error. */
export class MalformedPolicyError extends ServiceError {
  readonly place: Place;

  constructor(sentence: string, place: Place, addition: string) {
    super(POLICY_ERRORS.MalformedPolicyDocument, sentence + addition, { addition });
    this.place = place;
  }
}

/**
 * Throws an error about a document in AWS's words, followed by the place. `verbatim` leaves out the place, for
 * messages that name the value themselves.
 */
export type Refuse = (message: string, at: number, words?: 'verbatim') => never;

/** Creates the `Refuse` for one document. `root` is its text as JSON, as far as it could be parsed. */
export function refuser(text: string, root: JsonNode | undefined): Refuse {
  return (message, at, words) => {
    const place = placeOf(text, at, root);
    throw new MalformedPolicyError(message, place, words === 'verbatim' ? '' : placeSuffix(place));
  };
}
