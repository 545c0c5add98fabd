import type { LastUsed } from '../identity/access-keys/last-used.ts';
import type { IdentityDependencies } from '../identity/identity-dependencies.ts';

/** What the IAM operations need; `app` puts it together once. */
export interface IamDependencies extends IdentityDependencies {
  readonly lastUsed: LastUsed;
}
