import { ServiceError } from '../../kernel/service-error.ts';
import type { JsonNode } from '../document/json-node.ts';
import { placeOf, placeSuffix } from '../document/place.ts';

/** Throws what is wrong with a document, in AWS's words. With `at`, the place is put behind a sentence that does not tell it. */
export type Refuse = (message: string, at?: number) => never;

/** Makes the refusal for one document; `root` is its text as JSON, as far as it could be read. */
export function refuser(text: string, root: JsonNode | undefined): Refuse {
  return (message, at) => {
    const place = at === undefined ? '' : placeSuffix(placeOf(text, at, root));
    throw new ServiceError('MalformedPolicyDocument', message + place);
  };
}
