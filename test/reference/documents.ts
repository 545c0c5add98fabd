/** What the reference evaluator takes, as JSON.parse gives it. */
export interface ReferenceStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: ReferencePrincipal;
  readonly NotPrincipal?: ReferencePrincipal;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}
export type ReferencePrincipal = '*' | Readonly<Record<string, string | readonly string[]>>;
export interface ReferenceDocument {
  readonly Version?: string;
  readonly Statement: ReferenceStatement | readonly ReferenceStatement[];
}
export interface ReferenceCaller {
  readonly type: string;
  readonly arn: string;
  readonly accountId: string;
  readonly uniqueId: string;
  readonly roleArn?: string;
  readonly userArn?: string;
  readonly federated?: readonly string[];
  readonly services?: readonly string[];
}
export interface ReferenceRequest {
  readonly principal: ReferenceCaller;
  readonly action: string;
  readonly resource: string;
  readonly resourceAccountId: string;
  /** By key in lower case. */
  readonly context: ReadonlyMap<string, string | readonly string[]>;
}
export interface ReferenceLayers {
  readonly identity: readonly ReferenceDocument[];
  /** `missing` where its policy cannot be found. */
  readonly boundary?: readonly ReferenceDocument[] | 'missing';
  readonly session?: readonly ReferenceDocument[];
  readonly resource?: {
    readonly kind: 'trust' | 'resource';
    readonly documents: readonly ReferenceDocument[];
    readonly trustedIds?: Readonly<Record<string, string>>;
  };
  /** By level of the organisation's tree. */
  readonly serviceControl?: readonly (readonly ReferenceDocument[])[];
  readonly resourceControl?: readonly (readonly ReferenceDocument[])[];
}
