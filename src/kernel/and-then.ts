/**
 * Goes on with what is at hand in this turn, and with what is not once it is there. On the path of every request: `await` would
 * put off to a later turn also what nobody has to wait for.
 */
export function andThen<Value, Result>(
  value: Value | Promise<Value>,
  next: (value: Value) => Result | Promise<Result>,
): Result | Promise<Result> {
  return value instanceof Promise ? value.then(next) : next(value);
}
