/** The policies used in the demo. */

export function allow(action: string | readonly string[], resource = '*'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
  });
}

type Condition = Record<string, Record<string, string>>;

export function trust(principal: Record<string, string>, condition?: Condition, action = 'sts:AssumeRole'): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: action, ...(condition && { Condition: condition }) }],
  });
}
