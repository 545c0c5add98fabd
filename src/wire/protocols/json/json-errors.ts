import { errorTable } from '../../../kernel/service-error.ts';

/** The errors of requests that are not in AWS JSON, under the names of Smithy's protocols. */
export const JSON_ERRORS = errorTable({
  SerializationException: { status: 400 },
  UnsupportedMediaTypeException: { status: 415, recorded: true },
});
