import type { LoginEvidence } from '../../federation/connectors/tested-login.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { ValueOf } from '../shapes/shape.ts';
import { type EVIDENCE, EVIDENCE_MEMBERS } from './login-test-shapes.ts';

/** The evidence of a request. @throws {ServiceError} ValidationError; the message never repeats the evidence. */
export function givenEvidence({ Claims, IdToken, SamlResponse, Credentials }: ValueOf<typeof EVIDENCE>): LoginEvidence {
  const given: LoginEvidence[] = [];
  if (Claims !== undefined) given.push({ kind: 'claims', claims: readClaims(Claims) });
  if (IdToken !== undefined) given.push({ kind: 'id-token', token: IdToken.trim() });
  if (SamlResponse !== undefined) given.push({ kind: 'saml-response', response: SamlResponse.trim() });
  if (Credentials !== undefined) {
    given.push({ kind: 'password', name: Credentials.UserName.trim(), password: Credentials.Password });
  }
  const [evidence, ...more] = given;
  if (evidence === undefined || more.length > 0) {
    throw refused(`Evidence: give exactly one of ${Object.keys(EVIDENCE_MEMBERS).join(', ')}`);
  }
  return evidence;
}

function readClaims(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw refused('Evidence.Claims: is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refused('Evidence.Claims: must be a JSON object');
  }
  return value as Readonly<Record<string, unknown>>;
}

function refused(problem: string): ServiceError {
  return new ServiceError('ValidationError', `1 validation error detected: ${problem}`);
}
