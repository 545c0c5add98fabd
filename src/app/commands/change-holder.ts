import { forgetFailures, subjectCounted } from '../../identity/attempts/sign-in-limits.ts';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import type { Account } from '../../identity/documents/account.ts';
import { announceChanges } from '../../identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../identity/store/identity-store.ts';
import { typedText } from '../../sign-in/sign-in-names.ts';
import { listedOnly } from '../stored-collections.ts';
import type { CommandContext } from './command.ts';
import { openServersStores } from './command-stores.ts';
import { findNamedHolder, type NamedHolder } from './named-holder.ts';
import { recordCommand } from './record-command.ts';

/** What a command does to someone's credentials; `undefined` if the holder is gone. */
export type HolderChange = (store: IdentityStore, holder: CredentialHolder) => Promise<ChangedHolder | undefined>;

export interface ChangedHolder {
  readonly holder: CredentialHolder;
  /** What to put on record, beside whose credentials they are. */
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * Changes the credentials of whom the command line names: servers that run hear of it, it is put on record, and failed sign-ins of
 * strangers do not bind the person any more.
 * @returns the holder as it is then
 * @throws {Error} telling what to do
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
    if (changed === undefined) throw new Error('the user was deleted meanwhile');
    const { accountId, arn } = holder;
    await recordCommand(collections, { eventName, accountId, resources: [arn], request: changed.request });
    await forgetFailures(stores.ephemeral, countedNames(holder, account));
    return changed.holder;
  } finally {
    await stores.close();
  }
}

/** What failed sign-ins of the person are counted under: the person, and what is usually typed for it. */
function countedNames({ subject, userName, email }: CredentialHolder, { accountId, alias }: Account): string[] {
  const typed = ['', accountId, alias ?? ''].flatMap((account) =>
    [userName, email].flatMap((name) => (name === undefined ? [] : [typedText({ account, name })])),
  );
  return [subjectCounted(subject), `mfa/${subject}`, ...typed];
}
