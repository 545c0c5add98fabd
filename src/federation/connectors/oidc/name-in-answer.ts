import type { Claims } from '../../provisioning/read-claim.ts';

const LONGEST_PART = 100;

/**
 * The claims with the person's name, which Apple adds to the answer itself, in the field `user`, and only at the first sign-in. It is not
 * signed, so nothing but the name is read. Later answers are marked to have left it out, so that the name of the first is kept.
 */
export function namedInAnswer(claims: Claims, user: string | undefined): Claims {
  const name = nameOf(user);
  return name === undefined ? { ...claims, _claim_names: { name: 'first-answer' } } : { ...claims, name };
}

function nameOf(user: string | undefined): string | undefined {
  if (user === undefined) return undefined;
  try {
    const { name } = JSON.parse(user) as {
      readonly name?: { readonly firstName?: unknown; readonly lastName?: unknown };
    };
    const parts = [name?.firstName, name?.lastName].filter((part) => typeof part === 'string');
    const full = parts
      .map((part) => part.trim().slice(0, LONGEST_PART))
      .filter((part) => part !== '')
      .join(' ');
    return full === '' ? undefined : full;
  } catch {
    return undefined;
  }
}
