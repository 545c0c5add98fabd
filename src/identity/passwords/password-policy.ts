import { ServiceError } from '../../kernel/service-error.ts';
import type { PasswordPolicy } from '../documents/account.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { isBuiltFrom, isBuiltFromTwo } from './built-from-words.ts';
import { isCommonPassword, isShortNumber } from './common-passwords.ts';
import { foldedCore, foldLetters, plainText } from './fold-password.ts';
import { isListed } from './password-list.ts';

/** In characters; the same as AWS's upper bound. */
export const MAX_PASSWORD_LENGTH = 128;
/** NIST SP 800-63B-4 §3.1.1.2: a password used as the only factor, and one used with a second factor. */
const MIN_LENGTH = 15;
const MIN_LENGTH_WITH_MFA = 8;
/** Shorter context words would match too much by chance. */
const MIN_CONTEXT_WORD_LENGTH = 4;

export interface PasswordToCheck {
  readonly password: string;
  /** The account's policy, set by UpdateAccountPasswordPolicy; `undefined`: the default, which only requires a length. */
  readonly policy: PasswordPolicy | undefined;
  /** Words related to the person: user name, e-mail address, account alias, the product's name. */
  readonly contextWords: readonly string[];
  readonly hasMfa: boolean;
}

const CHARACTER_RULES = [
  { flag: 'requireUppercaseCharacters', kind: 'uppercase', pattern: /\p{Lu}/u, what: 'uppercase letter' },
  { flag: 'requireLowercaseCharacters', kind: 'lowercase', pattern: /\p{Ll}/u, what: 'lowercase letter' },
  { flag: 'requireNumbers', kind: 'number', pattern: /\p{N}/u, what: 'number' },
  { flag: 'requireSymbols', kind: 'symbol', pattern: /[^\p{L}\p{N}\s]/u, what: 'symbol' },
] as const satisfies readonly { flag: keyof PasswordPolicy; kind: string; pattern: RegExp; what: string }[];

/** The minimum length of a password, in characters. */
export function minPasswordLength(policy: PasswordPolicy | undefined, hasMfa: boolean): number {
  return policy?.minimumPasswordLength ?? (hasMfa ? MIN_LENGTH_WITH_MFA : MIN_LENGTH);
}

/** The rules that a page can check by itself, while a password is typed. */
export function passwordRules({ policy, contextWords, hasMfa }: Omit<PasswordToCheck, 'password'>) {
  return {
    shortest: minPasswordLength(policy, hasMfa),
    longest: MAX_PASSWORD_LENGTH,
    needs: CHARACTER_RULES.filter(({ flag }) => policy?.[flag] === true).map(({ kind }) => kind),
    words: contextOf(contextWords).words,
  };
}

function violation({ password, policy, contextWords, hasMfa }: PasswordToCheck): string | undefined {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  const shortest = minPasswordLength(policy, hasMfa);
  if (length < shortest) return `Password should have a minimum length of ${shortest}`;
  if (length > MAX_PASSWORD_LENGTH) return `Password should have a maximum length of ${MAX_PASSWORD_LENGTH}`;
  for (const { flag, pattern, what } of CHARACTER_RULES) {
    if (policy?.[flag] === true && !pattern.test(text)) return `Password should have at least one ${what}`;
  }
  const context = contextOf(contextWords);
  if (isMostlyContext(text, context)) return CONTEXT;
  if (isCommonPassword(text)) return 'Password is too easy to guess: it is a common password';
  if (isShortNumber(text)) return 'Password is too easy to guess: it is only a number';
  return isContextWithWord(text, context) ? CONTEXT : undefined;
}

const CONTEXT = 'Password should not be built from your name, account or address';

interface Context {
  /** In lower case. */
  readonly words: readonly string[];
  /** Folded like passwords. */
  readonly cores: ReadonlySet<string>;
}

function contextOf(contextWords: readonly string[]): Context {
  const words = contextWords
    .flatMap((context) => [context, ...context.split(/[^\p{L}\p{N}]+/u)])
    .map((context) => context.toLowerCase())
    .filter((context) => context.length >= MIN_CONTEXT_WORD_LENGTH);
  const cores = new Set(words.flatMap((word) => [foldedCore(word), foldLetters(plainText(word))]));
  cores.delete('');
  return { words, cores };
}

/** Whether a password is one of the context words, or contains little besides one. */
function isMostlyContext(password: string, { words, cores }: Context): boolean {
  const folded = password.toLowerCase();
  return words.some((word) => isMostly(folded, word)) || isBuiltFrom(password, (core) => cores.has(core));
}

/** Whether a password consists of a context word and another context word or a common one. */
function isContextWithWord(password: string, { cores }: Context): boolean {
  let hasContext = false;
  return (
    isBuiltFromTwo(password, (core) => {
      const isContext = cores.has(core);
      hasContext ||= isContext;
      return isContext || (core.length >= MIN_CONTEXT_WORD_LENGTH && isListed(core));
    }) && hasContext
  );
}

/** Whether fewer than eight characters are left of a password without this word. */
function isMostly(password: string, word: string): boolean {
  return password.includes(word) && password.replaceAll(word, '').length < 8;
}

/**
 * Checks a new password against the account's policy, the common passwords and the words related to the person.
 * @throws {ServiceError} PasswordPolicyViolation, which says what is missing.
 */
export function checkPasswordPolicy(candidate: PasswordToCheck): void {
  const message = violation(candidate);
  if (message !== undefined) throw new ServiceError(IAM_ERRORS.PasswordPolicyViolation, message);
}
