import type { Person } from '../../identity/credentials/people.ts';
import type { InvokedBy } from '../../operations/invoked-by.ts';

export type OwnFactorAction = 'iam:EnableMFADevice' | 'iam:DeactivateMFADevice';

/** Whether policies let a person add or remove a second factor of their own. By default they do. */
export type OwnFactorsRule = (person: Person, by: InvokedBy, action: OwnFactorAction) => Promise<boolean>;
