import type { mailedCodes as english } from '../en/mailed-codes.ts';
import type { Translated } from '../message-text.ts';

export const mailedCodes: Translated<typeof english> = {
  confirmTitle: 'ご本人であることの確認',
  confirmWhy:
    'このブラウザーは、あなたのアカウントで初めて使われています。ここでサインイン方法を変更する前に、{address} 宛てのメールを受け取れることを確認してください。',
  sendCode: 'コードをメールで送る',
  sentTo: '{address} にコードを送りました。10 分間有効です。',
  codeFromMail: 'メールのコード',
  sendAnother: '別のコードを送る',
  wrongCode: 'コードが正しくありません。いちばん新しいメールのコードを使ってください。',
  codeVoid: 'このコードはもう使えません。別のコードを送ってください。',
  tooManyMails: 'コードを送りすぎました。{wait}後にもう一度お試しください。',
  notSent: 'メールを送れませんでした。しばらくしてからもう一度お試しください。',
  title: 'メールアドレス',
  current: 'アドレス {address} は確認済みです。',
  unconfirmed: 'アドレス {address} は確認されていません。',
  noAddress: 'メールアドレスが登録されていません。',
  explained:
    'アカウントについてのお知らせは、確認済みのアドレスに送られます。そのアドレスでサインインすることもできます。アドレスを確認するには、そこに送るコードを入力してください。',
  confirmAddress: 'このアドレスにコードを送る',
  ifFree: 'アドレス {address} を使える場合は、そこにコードを送りました。10 分間有効です。',
  noMail:
    'メールが届かない場合は、迷惑メールを確認してください。ほかの人がここで使っているアドレスにはコードを送りません。',
  notAnAddress: 'このアドレスにはメールを送れません。つづりを確認してください。',
  alreadyConfirmed: 'このアドレスはすでに確認済みです。',
  changed: 'メールアドレスは {address} になりました。',
  taken: 'このアドレスは使えません。ほかの人が使っています。',
  again: 'もう一度サインインしました。メールアドレスを変更できます。',
  isConfirmed: '{address}（確認済み）',
  isNotConfirmed: '{address}（未確認）',
};
