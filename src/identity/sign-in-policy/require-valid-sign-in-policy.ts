import { ServiceError } from '../../kernel/service-error.ts';
import { findSignInKey, SIGNIN_KEYS, type SignInKey } from '../../policy/catalogue/signin-keys.ts';
import { conditionKeysOf } from '../../policy/compile/condition-keys-of.ts';
import type { PolicyCondition, PolicyDocument, PolicyStatement } from '../../policy/document/policy-document.ts';
import { requireValidPolicy } from '../../policy/validate/require-valid-policy.ts';
import { SIGN_IN_ACTIONS } from './actions.ts';

/** In characters. The policy is part of the account's document. */
export const LONGEST_SIGN_IN_POLICY = 10_240;

const ACTIONS: readonly string[] = Object.values(SIGN_IN_ACTIONS);
const PREFIX = 'signin:';

/**
 * Refuses a policy that is not valid, and one of which a part could never have an effect: it would protect nothing, and look as if it did.
 * @throws {ServiceError} MalformedPolicyDocument for the language, ValidationError for what only sign-in policies forbid.
 */
export function requireValidSignInPolicy(text: string): PolicyDocument {
  const document = requireValidPolicy(text, 'identity');
  for (const name of conditionKeysOf(document)) keyNamed(name);
  for (const statement of document.statements) {
    checkStatement(statement);
    for (const condition of statement.conditions) checkCondition(condition);
  }
  return document;
}

function checkStatement({ effect, action, resource, sid, index }: PolicyStatement): void {
  const name = sid?.text ?? `Statement ${index + 1}`;
  if (effect !== 'Deny') {
    throw invalid(`${name}: Effect must be Deny. Whatever no statement denies is allowed`);
  }
  if (action?.negated === true || resource?.negated === true) {
    throw invalid(`${name}: use Action and Resource, not NotAction and NotResource`);
  }
  for (const { text } of action?.values ?? []) {
    const wanted = text.toLowerCase();
    const isKnown = wanted === 'signin:*' || ACTIONS.some((each) => each.toLowerCase() === wanted);
    if (!isKnown) throw invalid(`${name}: the action ${text} is none of ${ACTIONS.join(', ')}`);
  }
  if (resource?.values.some(({ text }) => text !== '*') === true) {
    throw invalid(`${name}: Resource must be "*". Test signin:App to name an application`);
  }
}

/** The operators, without `ForAnyValue:` and the like, that compare values of a type. */
const OPERATORS: Readonly<Record<SignInKey['type'], RegExp>> = {
  bool: /^Bool$/i,
  ip: /^(?:Not)?IpAddress$/i,
  numeric: /^Numeric/i,
  string: /^String/i,
  arn: /^Arn/i,
  date: /^Date/i,
  binary: /^Binary/i,
};

/** The key of a condition or a variable. @throws {ServiceError} if it has no value at a sign-in. */
function keyNamed(written: string): SignInKey {
  const key = findSignInKey(written);
  if (key !== undefined) return key;
  const isOurs = written.toLowerCase().startsWith(PREFIX);
  const known = SIGNIN_KEYS.map(({ name }) => name).join(', ');
  throw invalid(`the key ${written} ${isOurs ? 'does not exist' : 'has no value at a sign-in'}: use one of ${known}`);
}

function checkCondition({ operator, key: written, values }: PolicyCondition): void {
  const key = keyNamed(written);
  const [, base = operator] = /^(?:For(?:All|Any)Values?:)?(.*?)(?:IfExists)?$/i.exec(operator) ?? [];
  if (/^Null$/i.test(base)) return;
  if (!OPERATORS[key.type].test(base)) throw invalid(`${key.name} cannot be tested by ${operator}`);
  for (const { text } of values) checkValue(key, text);
}

function checkValue({ name, values, pattern }: SignInKey, text: string): void {
  // Variables and wildcards can stand for any value.
  if (/[*?$]/.test(text)) return;
  if (values !== undefined && !values.includes(text))
    throw invalid(`${name} is never ${text}: use ${values.join(', ')}`);
  if (pattern !== undefined && !pattern.test(text)) throw invalid(`${name} is never ${text}`);
}

function invalid(problem: string): ServiceError {
  return new ServiceError('ValidationError', `1 validation error detected: PolicyDocument: ${problem}`);
}
