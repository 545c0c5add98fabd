import { say } from '../../http/messages/say.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { ActCall, ActResult } from './factor-act.ts';

/** Adds a factor, or says that there are too many already. */
export async function orTooMany({ found }: ActCall, add: () => Promise<ActResult>): Promise<ActResult> {
  try {
    return await add();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'LimitExceeded') throw error;
    return { notice: say('factors.tooMany'), found, status: 409 };
  }
}
