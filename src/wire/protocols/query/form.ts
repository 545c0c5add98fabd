import { ServiceError } from '../../../kernel/service-error.ts';
import type { Form } from '../protocol.ts';

const MAX_PARAMETERS = 10_000;

function decodeComponent(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new ServiceError('MalformedQueryString', 'The request has a percent-encoding that is not valid UTF-8.', {
      cause,
    });
  }
}

/**
 * Parses `application/x-www-form-urlencoded` text: a body or a query string. Throws `MalformedQueryString` for an invalid encoding,
 * a repeated name, or more than 10,000 parameters.
 */
export function parseForm(text: string): Form {
  const form = new Map<string, string>();
  for (let from = 0; from < text.length; ) {
    const ampersand = text.indexOf('&', from);
    const end = ampersand < 0 ? text.length : ampersand;
    const piece = text.slice(from, end);
    from = end + 1;
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = decodeComponent(equals < 0 ? piece : piece.slice(0, equals));
    if (form.has(name)) {
      throw new ServiceError('MalformedQueryString', 'The query string has a parameter more than once.');
    }
    if (form.size === MAX_PARAMETERS) {
      throw new ServiceError('MalformedQueryString', `The request has more than ${MAX_PARAMETERS} parameters.`);
    }
    form.set(name, equals < 0 ? '' : decodeComponent(piece.slice(equals + 1)));
  }
  return form;
}

/** The operation and version that a request asks for; `undefined` if not given. */
export interface RequestedAction {
  readonly action: string | undefined;
  readonly version: string | undefined;
}

/** Reads `Action` and `Version`. */
export function readAction(form: Form): RequestedAction {
  return { action: form.get('Action'), version: form.get('Version') };
}
