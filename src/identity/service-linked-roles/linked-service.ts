/** AWS's role manager, whose role exists in accounts that have it enabled. */
export const ROLE_MANAGER = 'role-manager.iam.amazonaws.com';

/** A service that has a service-linked role in the accounts that use it. */
export interface LinkedService {
  /** Its principal, such as `batch.amazonaws.com`. */
  readonly service: string;
  /** The name of its role, before a custom suffix. */
  readonly roleName: string;
  /** The ARNs of the AWS managed policies that the role has. */
  readonly policies: readonly string[];
  /** Whether an account may have several of its roles, told apart by a custom suffix. */
  readonly takesSuffix: boolean;
  /** An identity policy that the role also has, inline. Only for the operator's own services. */
  readonly policy?: string | undefined;
  /** The ARNs of the users and roles that the service runs as, which may assume the role. Only for the operator's own services. */
  readonly runsAs?: readonly string[] | undefined;
}

/** The services by principal. Service principals are case-sensitive, as in AWS. */
export type LinkedServices = ReadonlyMap<string, LinkedService>;

/** AWS's services and the operator's own, which replace those of the same principal. */
export function linkedServices(aws: readonly LinkedService[], own: readonly LinkedService[]): LinkedServices {
  return new Map([...aws, ...own].map((service) => [service.service, service]));
}
