import { changeCredentials } from '../../identity/credentials/change-credentials.ts';
import { withLoginsEnded } from '../../identity/credentials/login-generation.ts';
import { changeNamedHolder } from './change-holder.ts';
import type { CommandContext } from './command.ts';
import type { NamedHolder } from './named-holder.ts';

/** Signs a user out everywhere. @throws {Error} with a message that says what to do */
export async function endSessions(context: CommandContext, named: NamedHolder): Promise<void> {
  const { arn } = await changeNamedHolder(context, {
    eventName: 'EndSessions',
    named,
    async change(store, holder) {
      const changed = await changeCredentials(store, holder, withLoginsEnded);
      return changed && { holder: changed, request: {} };
    },
  });
  context.report.say(
    `all sessions and tokens of ${arn} have ended; its password, MFA devices and access keys are unchanged`,
  );
}
