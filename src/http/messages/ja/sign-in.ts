import type { signIn as english } from '../en/sign-in.ts';
import type { Translated } from '../message-text.ts';

export const signIn: Translated<typeof english> = {
  title: 'サインイン',
  account: 'アカウント ID またはエイリアス',
  leaveEmpty: 'メールアドレスでサインインする場合は空欄にしてください',
  name: 'ユーザー名またはメールアドレス',
  password: 'パスワード',
  usePasskey: 'パスキーを使用',
  or: 'または',
  continueWith: '{provider} で続行',
  signInWith: '{provider} でサインイン',
  nameAt: '{provider} のユーザー名',
  inAccount: 'アカウント: {account}',
  anotherName: '別の名前を使用',
  anotherWay: '別の方法でサインイン',
  enterCode: 'コードを入力してください',
  showFactor: '2 つ目の要素を確認します',
  protectedByApp:
    'このアカウントは 2 つ目の要素で保護されています。認証アプリを開き、現在表示されている 6 桁の数字を入力してください。',
  protectedByPasskey:
    'このアカウントは 2 つ目の要素で保護されています。パスキーまたはセキュリティキーをご用意ください。',
  protectedByBoth:
    'このアカウントは 2 つ目の要素で保護されています。パスキーまたはセキュリティキーを使用するか、認証アプリに現在表示されている 6 桁の数字を入力してください。',
  usePasskeyOrKey: 'パスキーまたはセキュリティキーを使用',
  noPasskeysHere: 'このブラウザーではパスキーを使用できないか、スクリプトが無効になっています。',
  mfaCode: 'MFA コード',
  useRecoveryCode: 'リカバリーコードを使用する',
  recoveryCode: 'リカバリーコード',
  recoveryCodeHint: '保存した 10 個のコードのうちの 1 つです。各コードは 1 回だけ使用できます。',
  continueWithRecoveryCode: 'リカバリーコードで続行',
  held: 'この名前がこれまで使用されていないデバイスで、失敗した試行が多すぎました。そのようなデバイスでサインインするには、認証アプリに現在表示されている 6 桁の数字を入力するか、リカバリーコードを使用してください。どちらもない場合は、以前にサインインしたデバイスを使用するか、{wait}後にもう一度お試しください。',
  chooseNewPassword: '新しいパスワードの設定',
  passwordExpired: 'パスワードの有効期限が切れています。続行するには、新しいパスワードを設定してください。',
  passwordReset: 'パスワードは管理者によって設定されています。続行するには、ご自身のパスワードを設定してください。',
  goodPassword: '互いに関連のない単語をいくつか組み合わせると、よいパスワードになります。',
  userName: 'ユーザー名',
  changePassword: 'パスワードを変更',
  passwordsDiffer: '2 つのパスワードが一致しません。',
  alreadyAnswered: '回答済み',
  youAnswered: 'すでに回答済みです',
  firstAnswerCounts: 'このフォームを 2 回送信したか、フォームに戻りました。最初の回答が有効です。',
  firstAnswerCountsAs:
    'このフォームを 2 回送信したか、フォームに戻りました。最初の回答が有効です。{person} としてサインインしています。',
  accountInText: 'アカウント情報',
  appInText: 'アプリ',
  finishedTitle: 'サインイン完了',
  finished: 'このサインインはすでに完了しています',
  goBackTo:
    'フォームを 2 回送信したか、古いページに戻りました。続行するには {app} に戻ってください。サインインしていない場合は、そこからもう一度サインインしてください。',
  openTo:
    'フォームを 2 回送信したか、古いページに戻りました。続行するには {app} を開いてください。サインインしていない場合は、そこからもう一度サインインしてください。',
  openApp: '{app} を開く',
  wrong: 'アカウント、名前、またはパスワードが正しくありません。',
  noName: 'ユーザー名またはメールアドレスを入力してください。',
  noAccount: 'アカウントも入力するか、ユーザー名の代わりにメールアドレスを入力してください。',
  disabled: 'このアカウントは無効になっています。管理者に問い合わせてください。',
  passkeyUnusable:
    'このパスキーまたはセキュリティキーは使用できませんでした。もう一度試すか、別の方法でサインインしてください。',
  passkeyRefused: 'このパスキーではサインインできません。別の方法でサインインしてください。',
  expired: 'パスワードの有効期限が切れています。管理者に新しいパスワードを依頼してください。',
  keyCopied:
    'このセキュリティキーは複製された可能性があります。別の場所でより多く使用されています。別の要素を使用し、このキーを削除してください。',
  wrongCode: 'コードが正しくありません。各コードは 1 回だけ使用できます。',
  thisPage: 'このページ',
  requiresPasskey: '{app} にはパスキーまたはセキュリティキーが必要です。続行するには、お持ちのものを使用してください。',
  asksForPasskey: '{app} はパスキーまたはセキュリティキーを求めています。可能であれば使用してください。',
};
