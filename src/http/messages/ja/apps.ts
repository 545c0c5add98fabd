import type { apps as english } from '../en/apps.ts';
import type { Translated } from '../message-text.ts';

export const apps: Translated<typeof english> = {
  noAccess: 'アクセスできません',
  noAccessTo: '{app} へのアクセス権がありません',
  askAccess:
    '{person} としてサインインしていますが、このアプリは割り当てられていません。管理者にアクセスを依頼してください。',
  returnTo: '{app} に戻る',
  asSomeoneElse: '別のユーザーとしてサインイン',
  notAccepted: 'アプリからのメッセージを受け付けられませんでした。下記の詳細をアプリの管理者にお知らせください。',
  reason: '理由',
  app: 'アプリ',
  mayStillBe:
    '次のアプリにはまだサインインしている可能性があります。ブラウザーを閉じるか、各アプリでサインアウトしてください。',
  requestFailed: 'このリクエストは失敗しました',
  signInEnded: 'このサインインは終了しました',
  tryShortly: 'しばらくしてからもう一度お試しください',
  wrongRedirect:
    '{app} が指定した戻り先のアドレス (redirect_uri) は登録されていません。両方が一字一句同じである必要があります。',
  wrongSignOutRedirect:
    '{app} が指定したサインアウト後の移動先のアドレス (post_logout_redirect_uri) は登録されていません。両方が一字一句同じである必要があります。',
  unknownClient: '送信された名前 (client_id) のアプリは登録されていないか、無効になっています。',
  theApp: 'アプリ',
  appMistake: 'このページに移動させたアプリに誤りがありました。',
  appMistakeDetail: 'このページに移動させたアプリに誤りがありました: {detail}。',
  strongerTitle: 'より強力なサインインが必要です',
  strongerNeeded: '{app} にはより強力なサインインが必要です',
  notAsRequired: '{person} としてサインインしていますが、{app} が必要とする方法ではありません。{advice}',
  needsPasskey:
    'パスキーまたはセキュリティキーが必要ですが、受け付けられるものが登録されていません。{link}、もう一度サインインしてください。',
  needsFactor: '2 つ目の要素が必要ですが、登録されていません。{link}、もう一度サインインしてください。',
  addFactor: 'アカウントに追加してから',
  usePasskey: 'もう一度サインインし、パスキーまたはセキュリティキーを使用してください。',
  unknownDemand: 'アプリは、このサーバーが対応していないものを求めています。アプリの運営者に知らせてください。',
};
