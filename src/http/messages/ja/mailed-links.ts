import type { mailedLinks as english } from '../en/mailed-links.ts';
import type { Translated } from '../message-text.ts';

export const mailedLinks: Translated<typeof english> = {
  invitationTitle: '招待の承諾',
  welcome: '{person} さん、ようこそ',
  invited:
    '{email} 宛てに、アカウント {account} への招待が送信されました。サインインに使用するパスワードを設定してください。',
  invitedToChoose: '{email} としてアカウント {account} に招待されました。サインインの方法を選んでください。',
  withPasskey: 'パスキーを使う（推奨）',
  whatPasskeysDo:
    'この端末、パスワードマネージャー、またはセキュリティキーがパスキーを保管し、指紋、顔、または PIN を確認します。パスワードは不要になります。',
  acceptWithPasskey: 'パスキーで承諾する',
  withPassword: 'パスワードを使う',
  needsPasskey:
    'このアカウントではパスキーまたはセキュリティキーが必要です。ここでパスワードを選んだ場合は、最初のサインイン時にパスキーを追加します。',
  needsFactor:
    'このアカウントでは 2 つ目の要素が必要です。パスキーがあれば十分です。ここでパスワードを選んだ場合は、最初のサインイン時に 2 つ目の要素を追加します。',
  accept: '招待を承諾する',
  canSignIn: 'サインインできるようになりました',
  signInAs:
    'アカウント {account} に {person} としてサインインしてください。その後、パスキーまたはその他の 2 つ目の要素を追加してください。',
  signInByPasskey:
    'アカウント {account} に {person} としてパスキーでサインインしてください。その後、紛失に備えて、リカバリーコードを作成するか、別のパスキーを追加してください。',
  invitationClosed: 'この招待は使用できません',
  invitationClosedWhy:
    'すでに使用されているか、有効期限が切れているか、取り消されたか、再送信されています。サインインできない場合は、管理者に新しい招待を依頼してください。',
  addressTaken: 'このメールアドレスは、すでに別のユーザーが使用しています。管理者に問い合わせてください。',
  wasThisYou: 'ご本人による操作ですか?',
  toldYou: '次の操作についてお知らせしました: {event} (アカウント {account} の {person})。',
  newDevice: '新しいデバイスでのサインイン',
  passwordChanged: 'パスワードの変更',
  passwordReset: 'パスワードのリセット',
  factorAdded: 'パスキー、セキュリティキー、または認証アプリの追加',
  factorRemoved: 'パスキー、セキュリティキー、または認証アプリの削除',
  factorResetAnnounced: 'パスキー、セキュリティキー、または認証アプリを削除するという管理者の予告',
  loginLinked: '外部ログインのリンク',
  loginUnlinked: '外部ログインのリンクの解除',
  recoveryCodeUsed: 'リカバリーコードの使用',
  emailChanged: 'メールアドレスの変更',
  rootUsed: 'ルートユーザーの使用',
  emergencyAccessUsed: '緊急アクセスの使用',
  ifNotYou: '心当たりがない場合は、今すぐアカウントを保護してください。保護すると、次のようになります。',
  sessionsEnd: 'すべてのデバイスで、すべてのセッションとトークンが終了します。',
  passwordStops: 'パスワードは使用できなくなります。新しいパスワードは管理者から受け取ってください。',
  addedIsRemoved:
    'それ以降、またはその前の1時間に追加されたもの（パスキー、セキュリティキー、認証アプリ、リカバリーコード、リンクされたログイン）は削除されます。',
  addressComesBack: 'メールアドレスが変更されていた場合は、元のアドレスに戻ります。',
  secure: '心当たりがないため、アカウントを保護する',
  ifYou: 'ご本人による操作の場合は、このページを閉じてください。何も変更されていません。',
  secured: 'アカウントを保護しました',
  sessionsEnded: 'アカウント {account} の {person} のすべてのセッションが終了し、パスワードは使用できなくなりました。',
  tellAdministrator:
    '管理者に状況を伝え、新しいパスワードを依頼してください。パスキーをお持ちの場合は、パスキーでサインインして、ご自身で新しいパスワードを設定できます。他のお知らせメールのリンクも確認してください。各リンクは 1 つの変更に対応しています。',
  linkClosed: 'このリンクは使用できません',
  linkClosedWhy:
    'すでに使用されているか、有効期限が切れています。他の人がアカウントを使用している可能性がある場合は、すぐに管理者に連絡してください。',
};
