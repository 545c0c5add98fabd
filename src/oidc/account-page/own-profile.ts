import type { Person } from '../../identity/credentials/people.ts';
import type { ProfileAttribute } from '../../identity/documents/users/profile.ts';
import type { InvokedBy } from '../../operations/invoked-by.ts';

/** What people may change in their profile themselves. */
export interface OwnProfile {
  readonly attributes: ReadonlySet<ProfileAttribute>;
  /** Whether policies let a person change their own profile. By default they do. */
  mayChange(person: Person, by: InvokedBy): Promise<boolean>;
}

/** Whether a person has a profile page. The root user has no profile. */
export async function hasOwnProfile(
  { attributes, mayChange }: OwnProfile,
  person: Person,
  by: InvokedBy,
): Promise<boolean> {
  return person.kind === 'user' && attributes.size > 0 && (await mayChange(person, by));
}
