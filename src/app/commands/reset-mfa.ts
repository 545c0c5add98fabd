import { removeFactors } from '../../identity/factors/remove-factors.ts';
import { changeNamedHolder } from './change-holder.ts';
import type { CommandContext } from './command.ts';
import type { NamedHolder } from './named-holder.ts';

/** Removes the second factors of a user who has lost them. @throws {Error} with a message that says what to do */
export async function resetMfa(context: CommandContext, named: NamedHolder): Promise<void> {
  const { report } = context;
  let serialNumbers: readonly string[] = [];
  const { arn } = await changeNamedHolder(context, {
    eventName: 'ResetMfa',
    named,
    async change(store, holder) {
      const removed = await removeFactors(store, holder);
      serialNumbers = removed?.map(({ serialNumber }) => serialNumber) ?? [];
      return removed && { holder, request: { serialNumbers } };
    },
  });
  report.say(
    serialNumbers.length === 0 ? `${arn} has no MFA device` : `removed from ${arn}: ${serialNumbers.join(', ')}`,
  );
  report.say('all sessions and tokens have ended; the next sign-in asks for the password alone');
}
