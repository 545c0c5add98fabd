import { TokenFault } from '../../web-identity/token-fault.ts';
import { checkOfTokenFault } from '../check-of-token-fault.ts';
import { type LoginCheck, LoginRefused } from '../login-refused.ts';
import type { TestedCheck } from '../tested-login.ts';

/** Longer details are truncated: parts of them come from the evidence. */
const DETAIL_LIMIT = 200;

/** Collects the checks of a login in the order in which they are made. */
export class CheckList {
  readonly #checks: TestedCheck[] = [];

  get checks(): readonly TestedCheck[] {
    return this.#checks;
  }

  passed(check: LoginCheck, detail = ''): void {
    this.#add({ check, outcome: 'passed', detail });
  }

  failed({ check, detail }: LoginRefused): void {
    this.#add({ check, outcome: 'failed', detail });
  }

  skipped(check: LoginCheck, detail: string): void {
    this.#add({ check, outcome: 'skipped', detail });
  }

  /**
   * Makes a check. If it is refused, notes which one failed with which value.
   * @param check what passes if it is not refused.
   * @param run answers the detail of a check that passes.
   * @returns whether it passed.
   */
  async run(check: LoginCheck, run: () => string | Promise<string>): Promise<boolean> {
    try {
      this.passed(check, await run());
      return true;
    } catch (error) {
      this.failed(refusedBy(error));
      return false;
    }
  }

  #add({ check, outcome, detail }: TestedCheck): void {
    const shown = detail.length > DETAIL_LIMIT ? `${detail.slice(0, DETAIL_LIMIT)}…` : detail;
    this.#checks.push({ check, outcome, detail: shown });
  }
}

function refusedBy(error: unknown): LoginRefused {
  if (error instanceof LoginRefused) return error;
  if (error instanceof TokenFault) return new LoginRefused(checkOfTokenFault(error), error.detail || error.message);
  throw error;
}
