import type { StoredSessionLimits } from '../../identity/documents/account.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { RolecallDependencies } from '../rolecall-dependencies.ts';
import { declaredOperation, declareOperation } from '../shapes/declare-operation.ts';
import { shape } from '../shapes/shape.ts';
import { ABSOLUTE_SECONDS, IDLE_SECONDS, LIMITS_OUTPUT, limitsTarget, shownLimits } from './session-limit-shapes.ts';

export const SetSessionLimits = declareOperation({
  name: 'SetSessionLimits',
  documentation:
    'Sets the limits of browser sessions in the account, in the place of former ones. Shorter limits apply at once, also to sessions that began before. An account can only shorten what the configuration of the server allows. The permission is checked on `arn:aws:rolecall::<account>:session-limits`.',
  readOnly: false,
  input: {
    IdleSeconds: shape.optional(
      IDLE_SECONDS,
      'After how many seconds without use a session ends. Default: the limit of the server.',
    ),
    AbsoluteSeconds: shape.optional(
      ABSOLUTE_SECONDS,
      'How many seconds after the sign-in a session ends, even if it is in use. Default: the limit of the server.',
    ),
  },
  output: LIMITS_OUTPUT,
});

export function setSessionLimitsOperation({
  store,
  sessionLimits: server,
}: Pick<RolecallDependencies, 'store' | 'sessionLimits'>) {
  return declaredOperation(SetSessionLimits, {
    async authorize(_input, { caller: { accountId } }) {
      return { targets: [limitsTarget(SetSessionLimits, accountId)], subject: undefined };
    },
    async handle({ IdleSeconds: idleSeconds, AbsoluteSeconds: absoluteSeconds }, { caller: { accountId } }) {
      requireWithin('IdleSeconds', idleSeconds, server.idleSeconds);
      requireWithin('AbsoluteSeconds', absoluteSeconds, server.absoluteSeconds);
      const limits: StoredSessionLimits = {
        ...(idleSeconds !== undefined && { idleSeconds }),
        ...(absoluteSeconds !== undefined && { absoluteSeconds }),
      };
      await store.accounts.update([accountId], ({ sessionLimits: _former, ...account }) => ({
        ...account,
        ...(Object.keys(limits).length > 0 && { sessionLimits: limits }),
      }));
      return shownLimits(limits, server);
    },
  });
}

/** @throws {ServiceError} ValidationError */
function requireWithin(name: string, seconds: number | undefined, most: number): void {
  if (seconds === undefined || seconds <= most) return;
  throw new ServiceError(
    'ValidationError',
    `1 validation error detected: ${name}: must be at most ${most}, the limit of the server (oidc.sessions in its configuration)`,
  );
}
