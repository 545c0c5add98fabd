import type { consoleFederation as english } from '../en/console.ts';
import type { Translated } from '../message-text.ts';

export const consoleFederation: Translated<typeof english> = {
  continueAsOther: '別のユーザーとして続行しますか?',
  linkContinues:
    'このブラウザーでは {present} としてサインインしています。開いたリンクでは、アカウント {account} の {principal} として続行します。',
  linkFrom: 'リンクによると、発行元は {issuer} です。',
  onlyIfAsked: 'ご自身で要求した場合にのみ続行してください。',
  continueAs: '{principal} として続行',
  signedIn: 'ロールとしてサインイン中',
  principal: 'プリンシパル',
  account: 'アカウント',
  until: '有効期限',
  notSignedIn: 'ロールとしてサインインしていません',
  followNewLink:
    'このブラウザーでは、コンソールフェデレーションのリンクによるサインインが行われていないか、セッションが終了しています。リンクを入手した場所で新しいリンクを開いてください。',
};
