import { userHolder } from '../../identity/credentials/stored-holders.ts';
import { enableUser } from '../../identity/users/disable-user.ts';
import { changeNamedHolder } from './change-holder.ts';
import type { CommandContext } from './command.ts';
import type { NamedHolder } from './named-holder.ts';

/** Enables a user whom an administrator, the directory or the end date has disabled. @throws {Error} with a message that says what to do */
export async function enableNamedUser(context: CommandContext, named: NamedHolder): Promise<void> {
  const { arn } = await changeNamedHolder(context, {
    eventName: 'EnableUser',
    named,
    async change(store, { kind, accountId, subject: userId }) {
      if (kind === 'root') throw new Error('a root user is never disabled');
      await enableUser(store, { accountId, userId }, 'administrator');
      await enableUser(store, { accountId, userId }, 'endDate');
      const enabled = await enableUser(store, { accountId, userId }, 'directory');
      return enabled && { holder: userHolder(enabled), request: {} };
    },
  });
  context.report.say(`${arn} is enabled; sessions and tokens that ended stay ended`);
}
