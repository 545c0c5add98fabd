import type { TemplateParameter } from '../role-templates/role-template.ts';

/** What requestors may ask for, as the operator has written it. `@{parameter}` stands for a value. */
export interface DelegationTemplate {
  readonly arn: string;
  /** The only account that may ask for it; absent: every account. */
  readonly requestorAccountId?: string | undefined;
  /** What owners see in place of the requestor's account id. */
  readonly requestorName?: string | undefined;
  /** JSON. */
  readonly policy: string;
  readonly parameters: readonly TemplateParameter[];
}

/** The templates by ARN. */
export type DelegationTemplates = ReadonlyMap<string, DelegationTemplate>;

/** The ARN has the account that may use it, or `aws` if every account may. */
export function delegationTemplateArn(requestorAccountId: string | undefined, name: string): string {
  return `arn:aws:iam::${requestorAccountId ?? 'aws'}:delegation-template/${name}`;
}

export function delegationTemplates(own: readonly DelegationTemplate[]): DelegationTemplates {
  return new Map(own.map((template) => [template.arn, template]));
}
