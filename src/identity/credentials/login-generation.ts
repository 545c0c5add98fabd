/**
 * Counts what ends all logins of a person: each password given, changed or taken away, each factor that comes or goes, each request to sign
 * out everywhere. Sessions, codes and tokens carry the number that held when the password was shown, and hold as long as it does: a counter
 * orders what happens within one second, which no clock does.
 */
export interface HasLogins {
  /** Absent: nothing has ended any yet. */
  readonly loginGeneration?: number | undefined;
}

/** A login that something was issued for. */
export interface LoginStamp {
  /** What apps know the person by: see `Person.subject`. */
  readonly subject: string;
  readonly generation: number;
}

/** The generation of a person's logins now. */
export function generationOf({ loginGeneration = 0 }: HasLogins): number {
  return loginGeneration;
}

/** A person of whom all logins so far are over. To be written in one step with what ends them. */
export function withoutLogins<Holder extends HasLogins>(holder: Holder): Holder & { loginGeneration: number } {
  return { ...holder, loginGeneration: generationOf(holder) + 1 };
}
