import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { foldEmail, type People, type Person } from '../../identity/credentials/people.ts';
import type { SignIn } from '../../identity/sign-in/sign-in.ts';
import type { TypedName } from '../../sign-in/pages/typed-name.ts';
import type { SignInNames } from '../../sign-in/sign-in-names.ts';
import { personNamed } from '../../sign-in/steps/named-person.ts';
import { accountOfClient } from '../client-access.ts';
import { ACCOUNT_PARAMETER } from '../features/interactions.ts';

/** Whom a request is for: the subject of an ID token, or a name as it could be typed at the sign-in. */
export type Hint = { readonly subject: string } | { readonly typed: TypedName };

/** Reads the hint of a request that oidc-provider has checked. A name is one of the client's own account, unless another is named. */
export function hintOf({ oidc }: KoaContextWithOIDC, client: Client): Hint {
  const { params = {}, entities } = oidc;
  const { IdTokenHint: token } = entities;
  if (token !== undefined) return { subject: String(token.payload['sub']) };
  const account = params[ACCOUNT_PARAMETER] ?? accountOfClient(client) ?? '';
  return { typed: { account: String(account), name: String(params['login_hint']).trim() } };
}

/**
 * Finds whom a hint means. An address counts only if it is proven to be the person's: anyone who may tag a user could otherwise receive
 * requests meant for another person (S31). Root users are never asked.
 */
export async function hintedPerson(
  deps: { readonly names: SignInNames; readonly signIn: SignIn; readonly people: People },
  hint: Hint,
): Promise<Person | undefined> {
  const named = 'subject' in hint ? undefined : await personNamed(deps, hint.typed);
  // Also looks up again whom a name means, because that finds disabled people, too.
  const person = await deps.people.bySubject('subject' in hint ? hint.subject : (named?.subject ?? ''));
  if (person === undefined || person.kind === 'root') return undefined;
  if ('subject' in hint) return person;
  const name = foldEmail(hint.typed.name);
  const isByName = foldEmail(person.name) === name;
  return isByName || (person.isEmailVerified && foldEmail(person.email ?? '') === name) ? person : undefined;
}
