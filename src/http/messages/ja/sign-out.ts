import type { signOut as english } from '../en/sign-out.ts';
import type { Translated } from '../message-text.ts';

export const signOut: Translated<typeof english> = {
  stay: 'サインインしたままにする',
  nobody: 'このブラウザーでは誰もサインインしていません。',
  question: 'サインアウトしますか?',
  everywhere: 'Rolecall と、このセッションのすべてのアプリからサインアウトします。',
  appAsks: '{app} が、Rolecall とこのセッションのすべてのアプリからのサインアウトを求めています。',
  stillTitle: 'サインイン中',
  still: 'まだサインインしています',
  didNot: 'サインアウトしていません。',
  apps: '次のアプリに、サインアウトしたことを知らせています。',
  mayStay:
    'ブラウザーがここでの Cookie を許可していない場合、アプリにサインインしたままになることがあります。その場合は、そのアプリでもサインアウトしてください。',
};
