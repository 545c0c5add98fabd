import type { refusals as english } from '../en/refusals.ts';
import type { Translated } from '../message-text.ts';

export const refusals: Translated<typeof english> = {
  starting: 'サービスは起動中で、まだデータストアに接続できません。しばらくしてからもう一度お試しください。',
  formUnreadable: 'フォームを読み取れませんでした。',
  tooLarge: 'リクエストが大きすぎます。',
  foreignForm: 'このフォームは当サーバーのページから送信されたものではありません。戻ってもう一度お試しください。',
  foreignLinkForm: 'このフォームは当サーバーのページから送信されたものではありません。リンクをもう一度開いてください。',
  requestExpired: 'このリクエストは有効期限が切れています。アプリに戻ってやり直してください。',
  signedOut: 'サインアウトしています。もう一度サインインしてください。',
  didNotSignIn: 'サインインが完了していません。サインインページを開いてもう一度お試しください。',
  mayNotChangePassword: 'このアカウントでは、ここでパスワードを変更できません。管理者に問い合わせてください。',
  signInEnded:
    'このサインインはすでに完了しているか、有効期限が切れているか、別のブラウザーで開始されました。アプリに戻ってやり直してください。',
  storeUnreachable: 'サーバーがデータストアに接続できません。しばらくしてからもう一度お試しください。',
  shuttingDown: 'サーバーは終了処理中です。',
  tooManySignIns: '同時に行われているサインインが多すぎます。しばらくしてからもう一度お試しください。',
  ownWindow: 'このリンクは単独のウィンドウで開いてください。',
  linkSpent:
    'このリンクはすでに使用されているか、15 分以上経過しています。リンクを入手した場所に戻り、新しいリンクを開いてください。',
  passwordChanged: 'パスワードが変更されました。もう一度サインインしてください。',
  passwordBreached: 'このパスワードは、ほかのサービスのデータ漏えいで流出しています。別のパスワードを選んでください。',
  passwordShort: 'パスワードは {length} 文字以上にしてください。',
  passwordLong: 'パスワードは {length} 文字以下にしてください。',
  passwordUppercase: 'パスワードには大文字を 1 文字以上含めてください。',
  passwordLowercase: 'パスワードには小文字を 1 文字以上含めてください。',
  passwordNumber: 'パスワードには数字を 1 文字以上含めてください。',
  passwordSymbol: 'パスワードには記号を 1 文字以上含めてください。',
  passwordCommon: 'よく使われているパスワードのため、簡単に推測されます。',
  passwordOnlyNumber: '数字だけのパスワードのため、簡単に推測されます。',
  passwordFromContext: '名前、アカウント、アドレスを元にしたパスワードは使用できません。',
  passwordReused: 'このパスワードは以前に使用されています。別のパスワードを設定してください。',
};
