/** The steps that oidc-provider's own grants share, for grants of ours. The library promises nothing about them. */
export type GrantHelpers = Pick<
  typeof import('oidc-provider/lib/helpers/grants.js'),
  'buildTokenResponse' | 'checkDpopReplay' | 'checkDpopRequired' | 'checkMtlsCert' | 'validateDpop'
>;

/** Loads them, after the library itself. */
export async function loadGrantHelpers(): Promise<GrantHelpers> {
  return await import('oidc-provider/lib/helpers/grants.js');
}
