import * as client from 'openid-client';
import { LoginRefused } from '../login-refused.ts';
import { refusalOf } from './refusal-of.ts';

/** The claims of the userinfo endpoint, which must be of the same person. @throws {LoginRefused} */
export async function readUserinfo(
  configuration: client.Configuration,
  accessToken: string,
  subject: string | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await client.fetchUserInfo(configuration, accessToken, subject ?? '');
  } catch (error) {
    const { check, detail } = refusalOf(error);
    throw new LoginRefused(check === 'unreachable' ? 'unreachable' : 'userinfo', detail, error);
  }
}
