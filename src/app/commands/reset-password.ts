import { GENERATED_PASSWORD_LENGTH } from '../../identity/first-start/first-account.ts';
import { openPasswords } from '../../identity/passwords/passwords.ts';
import { resetPassword as putPassword } from '../../identity/passwords/reset-password.ts';
import { systemClock } from '../../kernel/clock.ts';
import { randomAlphanumeric, systemRandom } from '../../kernel/random.ts';
import { changeNamedHolder } from './change-holder.ts';
import type { CommandContext } from './command.ts';
import type { NamedHolder } from './named-holder.ts';

/** Sets and prints a new password for a user who is locked out. @throws {Error} with a message that says what to do */
export async function resetPassword(context: CommandContext, named: NamedHolder): Promise<void> {
  const { stdout, report, settings } = context;
  const generated = randomAlphanumeric(systemRandom(), GENERATED_PASSWORD_LENGTH);
  const passwords = openPasswords({ size: 1 });
  try {
    const { arn, kind, factors } = await changeNamedHolder(context, {
      eventName: 'ResetPassword',
      named,
      async change(store, holder) {
        const changed = await putPassword({ store, passwords }, { holder, generated, now: systemClock.now() });
        return changed && { holder: changed, request: {} };
      },
    });
    stdout.write(`${generated}\n`);
    const until = kind === 'user' ? ', to be changed at the next sign-in' : '';
    report.say(`this is the new password of ${arn}${until}; all sessions and tokens have ended`);
    if (factors.length > 0) report.say('the MFA device is still asked for; reset-mfa removes it');
    report.say(`sign in at ${settings.server.publicUrl}/sign-in`);
  } finally {
    await passwords.close();
  }
}
