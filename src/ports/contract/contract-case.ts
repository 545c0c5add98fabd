/**
 * One promise of a port, as a test that knows no framework: it rejects where the promise is broken. An adapter is finished
 * when all cases of its port pass. Cases share a store, so each uses names of its own.
 */
export interface ContractCase<Subject> {
  readonly title: string;
  run(subject: Subject): Promise<void>;
}

/** What each of several things done at once came to. */
export interface Outcomes<Result> {
  readonly results: readonly Result[];
  readonly failures: readonly unknown[];
}

/** Does `times` things at once. */
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
