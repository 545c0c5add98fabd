import { systemClock } from '../../../kernel/clock.ts';
import { changeNamedHolder } from '../change-holder.ts';
import type { CommandContext } from '../command.ts';
import type { NamedHolder } from '../named-holder.ts';

const MINUTE = 60_000;

/** Why and for how long. */
export interface BreakGlass {
  readonly reason: string;
  readonly minutes: number;
}

/**
 * Lets a user do without a factor for what is privileged, or ends that. It gives no permission.
 * @throws {Error} with a message that says what to do
 */
export async function breakGlass(
  context: CommandContext,
  named: NamedHolder,
  glass: BreakGlass | undefined,
): Promise<void> {
  const until = glass && systemClock.now() + glass.minutes * MINUTE;
  const { arn } = await changeNamedHolder(context, {
    eventName: glass === undefined ? 'EndBreakGlass' : 'BreakGlass',
    named,
    async change(store, holder) {
      if (holder.kind === 'root') throw new Error('a root user cannot assume roles: name an IAM user');
      const changed = await store.users.update([holder.accountId, holder.subject], ({ breakGlass: _, ...user }) =>
        glass === undefined || until === undefined ? user : { ...user, breakGlass: { until, reason: glass.reason } },
      );
      const request = glass === undefined ? {} : { reason: glass.reason, minutes: glass.minutes };
      return changed && { holder, request };
    },
  });
  if (until === undefined) return context.report.say(`${arn} needs a passkey again for what is privileged`);
  context.report.say(`${arn} needs no passkey for privileged roles and groups until ${new Date(until).toISOString()}`);
  context.report.say('each use is audited as UseBreakGlass, counted and logged; end it early with --end');
}
