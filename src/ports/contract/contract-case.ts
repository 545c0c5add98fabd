/**
 * One guarantee of a port, as a test that is independent of a test framework: it rejects if the guarantee is broken. An adapter
 * is finished when it passes all cases of its port. Cases share a store, so each uses its own names.
 */
export interface ContractCase<Subject> {
  readonly title: string;
  run(subject: Subject): Promise<void>;
}

/** The outcomes of several concurrent calls. */
export interface Outcomes<Result> {
  readonly results: readonly Result[];
  readonly failures: readonly unknown[];
}

/** Runs `act` `times` times concurrently. */
export async function atOnce<Result>(
  times: number,
  act: (number: number) => Promise<Result>,
): Promise<Outcomes<Result>> {
  const settled = await Promise.allSettled(Array.from({ length: times }, (_, number) => act(number)));
  return {
    results: settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])),
    failures: settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : [])),
  };
}
