import type { IdentityDependencies } from '../identity/store/identity-dependencies.ts';
import { getAccountSettingsOperation } from './account-settings/get-account-settings.ts';
import { putAccountSettingsOperation } from './account-settings/put-account-settings.ts';
import { listUserActivityOperation } from './activity/list-user-activity.ts';
import { assignApplicationOperation } from './applications/assign-application.ts';
import { createApplicationOperation } from './applications/create-application.ts';
import { deleteApplicationOperation } from './applications/delete-application.ts';
import { getApplicationOperation } from './applications/get-application.ts';
import { listApplicationAssignmentsOperation } from './applications/list-application-assignments.ts';
import { listApplicationsOperation } from './applications/list-applications.ts';
import { rotateApplicationSecretOperation } from './applications/rotate-application-secret.ts';
import { unassignApplicationOperation } from './applications/unassign-application.ts';
import { updateApplicationOperation } from './applications/update-application.ts';
import { deleteAccountBrandingOperation } from './branding/delete-account-branding.ts';
import { getAccountBrandingOperation } from './branding/get-account-branding.ts';
import { putAccountBrandingOperation } from './branding/put-account-branding.ts';
import { createConnectorOperation } from './connectors/create-connector.ts';
import { deleteConnectorOperation } from './connectors/delete-connector.ts';
import { getConnectorOperation } from './connectors/get-connector.ts';
import { listConnectorsOperation } from './connectors/list-connectors.ts';
import { updateConnectorOperation } from './connectors/update-connector.ts';
import { deleteCredentialPolicyOperation } from './credential-policy/delete-credential-policy.ts';
import { getCredentialPolicyOperation } from './credential-policy/get-credential-policy.ts';
import { listDueCredentialsOperation } from './credential-policy/list-due-credentials.ts';
import { putCredentialPolicyOperation } from './credential-policy/put-credential-policy.ts';
import { getDelegationTokenOperation } from './delegations/get-delegation-token.ts';
import { revokeDelegationOperation } from './delegations/revoke-delegation.ts';
import { getSyncOperation } from './directory-sync/get-sync.ts';
import { startSyncOperation } from './directory-sync/start-sync.ts';
import { inviteUserOperation } from './invitations/invite-user.ts';
import { listInvitationsOperation } from './invitations/list-invitations.ts';
import { resendInvitationOperation } from './invitations/resend-invitation.ts';
import { revokeInvitationOperation } from './invitations/revoke-invitation.ts';
import { createLinkOperation } from './links/create-link.ts';
import { deleteLinkOperation } from './links/delete-link.ts';
import { endConnectorSessionsOperation } from './links/end-connector-sessions.ts';
import { listLinksOperation } from './links/list-links.ts';
import { testConnectorOperation } from './login-tests/test-connector.ts';
import { testRoleLoginOperation } from './login-tests/test-role-login.ts';
import { listAssumableRolesOperation } from './own-access/list-assumable-roles.ts';
import { listOwnApplicationsOperation } from './own-access/list-own-applications.ts';
import { deletePasskeyPolicyOperation } from './passkey-policy/delete-passkey-policy.ts';
import { getPasskeyPolicyOperation } from './passkey-policy/get-passkey-policy.ts';
import { putPasskeyPolicyOperation } from './passkey-policy/put-passkey-policy.ts';
import { validatePolicyOperation } from './policies/validate-policy.ts';
import { listPrivilegedOperation } from './privileged/list-privileged.ts';
import { setPrivilegedOperation } from './privileged/set-privileged.ts';
import { deleteUserProfileOperation } from './profiles/delete-user-profile.ts';
import { getUserProfileOperation } from './profiles/get-user-profile.ts';
import { putUserProfileOperation } from './profiles/put-user-profile.ts';
import { listQuotasOperation } from './quotas/list-quotas.ts';
import { setQuotaOperation } from './quotas/set-quota.ts';
import { adoptApplicationOperation } from './registration/adopt-application.ts';
import { createInitialAccessTokenOperation } from './registration/create-initial-access-token.ts';
import { deleteInitialAccessTokenOperation } from './registration/delete-initial-access-token.ts';
import { listInitialAccessTokensOperation } from './registration/list-initial-access-tokens.ts';
import type { RolecallDependencies } from './rolecall-dependencies.ts';
import { getServerInfoOperation, type ServerFacts } from './server/get-server-info.ts';
import { endUserSessionsOperation } from './sessions/end-user-sessions.ts';
import { getSessionLimitsOperation } from './sessions/get-session-limits.ts';
import { listUserSessionsOperation } from './sessions/list-user-sessions.ts';
import { setSessionLimitsOperation } from './sessions/set-session-limits.ts';
import type { DeclaredOperation } from './shapes/declare-operation.ts';
import { deleteSignInPolicyOperation } from './sign-in-policy/delete-sign-in-policy.ts';
import { getSignInPolicyOperation } from './sign-in-policy/get-sign-in-policy.ts';
import { putSignInPolicyOperation } from './sign-in-policy/put-sign-in-policy.ts';
import { simulateSignInOperation } from './sign-in-policy/simulate-sign-in.ts';
import { listTagsForResourceOperation } from './tagging/list-tags-for-resource.ts';
import { tagResourceOperation } from './tagging/tag-resource.ts';
import { untagResourceOperation } from './tagging/untag-resource.ts';
import { disableUserOperation } from './users/disable-user.ts';
import { enableUserOperation } from './users/enable-user.ts';
import { getUserStatusOperation } from './users/get-user-status.ts';
import { offboardUserOperation } from './users/offboard-user.ts';
import { setUserEndDateOperation } from './users/set-user-end-date.ts';

/** An operation in the table, where its own types no longer matter. */
// biome-ignore lint/suspicious/noExplicitAny: only `any` lets operations of all input types stand in one table
type AnyDeclaredOperation = DeclaredOperation<any, any, any>;

/** What all operations together need: one of them describes the whole server. */
export interface RolecallOperationDependencies extends RolecallDependencies {
  readonly server: ServerFacts;
  /** Seals the tokens of delegation requests. */
  readonly sealer: IdentityDependencies['sealer'];
}

/** Every operation of our own API. */
export function rolecallOperations(deps: RolecallOperationDependencies): readonly AnyDeclaredOperation[] {
  return [
    adoptApplicationOperation(deps),
    assignApplicationOperation(deps),
    createApplicationOperation(deps),
    createConnectorOperation(deps),
    createInitialAccessTokenOperation(deps),
    createLinkOperation(deps),
    deleteAccountBrandingOperation(deps),
    deleteApplicationOperation(deps),
    deleteConnectorOperation(deps),
    deleteInitialAccessTokenOperation(deps),
    deleteLinkOperation(deps),
    deletePasskeyPolicyOperation(deps),
    deleteCredentialPolicyOperation(deps),
    deleteSignInPolicyOperation(deps),
    deleteUserProfileOperation(deps),
    disableUserOperation(deps),
    enableUserOperation(deps),
    endConnectorSessionsOperation(deps),
    endUserSessionsOperation(deps),
    getAccountBrandingOperation(deps),
    getAccountSettingsOperation(deps),
    getApplicationOperation(deps),
    getConnectorOperation(deps),
    getDelegationTokenOperation(deps),
    getPasskeyPolicyOperation(deps),
    getServerInfoOperation(deps),
    getSessionLimitsOperation(deps),
    getCredentialPolicyOperation(deps),
    getSignInPolicyOperation(deps),
    listDueCredentialsOperation(deps),
    getSyncOperation(deps),
    listPrivilegedOperation(deps),
    setPrivilegedOperation(deps),
    getUserProfileOperation(deps),
    getUserStatusOperation(deps),
    inviteUserOperation(deps),
    listApplicationAssignmentsOperation(deps),
    listApplicationsOperation(deps),
    listAssumableRolesOperation(deps),
    listConnectorsOperation(deps),
    listInitialAccessTokensOperation(deps),
    listInvitationsOperation(deps),
    listLinksOperation(deps),
    listOwnApplicationsOperation(deps),
    listQuotasOperation(deps),
    listTagsForResourceOperation(deps),
    listUserActivityOperation(deps),
    listUserSessionsOperation(deps),
    offboardUserOperation(deps),
    putAccountBrandingOperation(deps),
    putAccountSettingsOperation(deps),
    putPasskeyPolicyOperation(deps),
    putCredentialPolicyOperation(deps),
    putSignInPolicyOperation(deps),
    putUserProfileOperation(deps),
    resendInvitationOperation(deps),
    revokeDelegationOperation(deps),
    revokeInvitationOperation(deps),
    rotateApplicationSecretOperation(deps),
    setQuotaOperation(deps),
    setSessionLimitsOperation(deps),
    setUserEndDateOperation(deps),
    simulateSignInOperation(deps),
    startSyncOperation(deps),
    tagResourceOperation(deps),
    testConnectorOperation(deps),
    testRoleLoginOperation(deps),
    unassignApplicationOperation(deps),
    untagResourceOperation(deps),
    updateApplicationOperation(deps),
    updateConnectorOperation(deps),
    validatePolicyOperation(deps),
  ];
}
