import type { recovery as english } from '../en/recovery.ts';
import type { Translated } from '../message-text.ts';

export const recovery: Translated<typeof english> = {
  forgot: 'パスワードをお忘れですか？',
  title: '新しいパスワードを設定する',
  explained: 'サインインに使う名前を入力してください。新しいパスワードを設定するためのリンクをメールで送ります。',
  sendMail: 'リンクを送る',
  lookAtMail: 'メールをご確認ください',
  ifKnown:
    'この名前に確認済みのメールアドレスがある場合は、そのアドレスにメールを送りました。リンクは 1 時間有効です。',
  noMail:
    'メールが届かない場合は、迷惑メールを確認するか、管理者に問い合わせてください。1 時間に送るメールの数には限りがあります。',
  factorFirst:
    'アカウント {account} の {person} の新しいパスワードが求められました。メールだけでは足りません。先に 2 つ目の要素を提示してください。',
  noFactor: '2 つ目の要素がお手元にない場合は、管理者に問い合わせてください。',
  newPassword: '新しいパスワードを選ぶ',
  signsOut: 'アカウント {account} の {person} のパスワードです。すべての場所からサインアウトします。',
  setPassword: '新しいパスワードを設定',
  done: '新しいパスワードを設定しました',
  doneExplained:
    'アカウント {account} に {person} として、新しいパスワードでサインインしてください。2 つ目の要素があれば、それも必要です。',
  closedWhy:
    'すでに使用されたか、期限が切れたか、その後にすべての場所からサインアウトしたかパスワードが変更されました。サインインページで新しいリンクをリクエストしてください。',
  factorAgain: '時間がかかりすぎました。もう一度 2 つ目の要素を提示してください。',
  wrongCode: 'コードが正しくありません。もう一度お試しください。',
};
