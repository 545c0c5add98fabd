import type { signInPolicy as english } from '../en/sign-in-policy.ts';
import type { Translated } from '../message-text.ts';

export const signInPolicy: Translated<typeof english> = {
  addFactor: '2 つ目の要素の追加',
  asksForFactor:
    'このアカウントでは、{person} に 2 つ目の要素が必要です。続行するには、今すぐ追加してください。次回以降も必要になります。',
  asksForPasskey:
    'このアカウントでは、{person} にパスキーまたはセキュリティキーが必要です。続行するには、今すぐ追加してください。次回以降も必要になります。',
  askedForBy: '要求元: {rules}',
  whatPasskeysAre:
    'パスキーは、このデバイスまたはパスワードマネージャーに保存されます。セキュリティキーは、デバイスに差し込むかかざして使用します。',
  anotherBrowser: '追加するには、別のブラウザーでサインインしてください。',
  tooManyCodes: '正しくないコードが多すぎます。しばらくしてからもう一度お試しください。',
  usePasskey: 'パスキーを使用してください',
  showNewPasskey: 'パスキーまたはセキュリティキーを追加しました。続けるには、一度使用してください。',
  showPasskey:
    'このアカウントでは、このサインインにパスキーまたはセキュリティキーが必要です。紛失した場合は、リカバリーコードでもう一度サインインするか、管理者に要素のリセットを依頼してください。',
  refusedTitle: 'サインインが拒否されました',
  refused: 'このアカウントでは、このサインインは許可されていません',
  refusedWhy:
    'ご本人であることは確認できましたが、アカウントのサインインポリシーにより、このようなサインインは拒否されます。場所、デバイス、時刻、または登録済みの要素によって判断されることがあります。別の方法で試すか、管理者に参照番号を伝えて問い合わせてください。',
  rule: 'ルール',
  reference: '参照番号',
  anotherWay: '別の方法でサインイン',
  enrolmentRule: '管理者によるパスキーの登録',
  passkeyDue:
    '他のユーザーの権限を変更できるため、{time} 以降のサインインにはパスキーまたはセキュリティキーが必要です。まだ登録されていません。',
  factorDue:
    '他のユーザーの権限を変更できるため、{time} 以降のサインインには 2 つ目の要素が必要です。まだ登録されていません。',
  passkeyDueForRoles:
    '{time} 以降、管理者権限を持つロールにはパスキーまたはセキュリティキーが必要です。まだ登録されていません。',
  factorDueForRoles: '{time} 以降、管理者権限を持つロールには 2 つ目の要素が必要です。まだ登録されていません。',
  addOneNow: '今すぐ追加',
};
