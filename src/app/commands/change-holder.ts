import { forgetFailures, subjectKey } from '../../identity/attempts/sign-in-limits.ts';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import type { Account } from '../../identity/documents/account.ts';
import { announceChanges } from '../../identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../identity/store/identity-store.ts';
import { typedText } from '../../sign-in/sign-in-names.ts';
import { listedOnly } from '../stores/stored-collections.ts';
import type { CommandContext } from './command.ts';
import { openServersStores } from './command-stores.ts';
import { findNamedHolder, type NamedHolder } from './named-holder.ts';
import { recordCommand } from './record-command.ts';

/** The change that a command makes to a user's credentials. Returns `undefined` if the user no longer exists. */
export type HolderChange = (store: IdentityStore, holder: CredentialHolder) => Promise<ChangedHolder | undefined>;

export interface ChangedHolder {
  readonly holder: CredentialHolder;
  /** Details for the audit record, besides the user whose credentials they are. */
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * Changes the credentials of the user named on the command line. Running servers are notified, the change is audited, and lockouts
 * from other people's failed sign-ins are cleared.
 * @returns the user after the change
 * @throws {Error} with a message that says what to do
 */
export async function changeNamedHolder(
  { settings, report }: CommandContext,
  {
    eventName,
    named,
    change,
  }: { readonly eventName: string; readonly named: NamedHolder; readonly change: HolderChange },
): Promise<CredentialHolder> {
  const stores = await openServersStores(settings, report);
  try {
    const collections = listedOnly(stores.collections);
    const store = announceChanges(openIdentityStore(collections), stores.ephemeral);
    const { holder, account } = await findNamedHolder(store, named);
    const changed = await change(store, holder);
    if (changed === undefined) throw new Error('the user was deleted in the meantime');
    const { accountId, arn, subject } = holder;
    try {
      const about = { accountId, resources: [arn], people: [subject] };
      await recordCommand(collections, { eventName, ...about, request: changed.request });
      await forgetFailures(stores.ephemeral, countedNames(holder, account));
    } catch (cause) {
      // A new password is not printed then; the next run makes another.
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`the change was made, but could not be completed (${reason}): run the command again`, { cause });
    }
    return changed.holder;
  } finally {
    await stores.close();
  }
}

/** The keys under which the user's failed sign-ins are counted: the user itself, and what is usually typed as its name. */
function countedNames({ subject, userName, email }: CredentialHolder, { accountId, alias }: Account): string[] {
  const typed = ['', accountId, alias ?? ''].flatMap((account) =>
    [userName, email].flatMap((name) => (name === undefined ? [] : [typedText({ account, name })])),
  );
  return [subjectKey(subject), `mfa/${subject}`, ...typed];
}
