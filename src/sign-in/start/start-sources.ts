import type { InvokedBy } from '../../operations/invoked-by.ts';

/** A role that a person may assume, as the start page shows it. */
export interface OfferedRole {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly accountAlias: string | undefined;
  readonly description: string | undefined;
  readonly trustedAs: 'CALLER' | 'ACCOUNT' | 'ANYONE';
  /** The policies of the person that allow it. */
  readonly grantedBy: readonly string[];
  /** Whether the person first has to sign in with a second factor. */
  readonly needsFactor: boolean;
}

/** An app that a person may use. */
export interface OfferedApp {
  readonly id: string;
  readonly name: string;
  /** The address that opens it; `undefined` if it can only be opened from elsewhere. */
  readonly href: string | undefined;
  /** The version of its icon, if it has one. */
  readonly iconVersion: number | undefined;
}

/** Temporary credentials of a role. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Which roles to show. */
export interface RolePageRequest {
  /** Only those whose ARN or description contains this. */
  readonly contains: string | undefined;
  /** From the previous page. */
  readonly after: string | undefined;
}

export interface RolePage {
  readonly roles: readonly OfferedRole[];
  /** Present if there are more. */
  readonly next: string | undefined;
}

/** What the start page shows and does: operations, called as the signed-in person. */
export interface StartSources {
  roles(by: InvokedBy, request: RolePageRequest): Promise<RolePage>;
  apps(by: InvokedBy): Promise<readonly OfferedApp[]>;
  /** The icon of an app that the person may use, as a `data:` URL. */
  icon(by: InvokedBy, app: string): Promise<string | undefined>;
  /** Assumes the role. @throws {ServiceError} AccessDenied if the person may not. */
  credentials(by: InvokedBy, roleArn: string): Promise<RoleCredentials>;
}
