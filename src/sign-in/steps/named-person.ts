import type { Person } from '../../identity/credentials/people.ts';
import type { TypedName } from '../pages/typed-name.ts';
import type { SignInDependencies } from '../sign-in-step.ts';

/** Looks up who has a name. Queries the store as often for names that do not exist. */
export async function personNamed(
  { names, signIn: { people } }: Pick<SignInDependencies, 'names' | 'signIn'>,
  typed: TypedName,
): Promise<Person | undefined> {
  const name = await names.meant(typed);
  if (name === undefined) return undefined;
  return await ('email' in name
    ? people.byEmail(name.email, name.account)
    : people.byUserName(name.account, name.userName));
}
