import type { consent as english } from '../en/consent.ts';
import type { Translated } from '../message-text.ts';

export const consent: Translated<typeof english> = {
  openid: 'あなたが誰であるか (識別子とアカウント) の確認',
  profile: 'プロフィール (名前、写真、ウェブサイト、性別、生年月日、タイムゾーン、言語) の表示',
  email: 'メールアドレスの表示',
  phone: '電話番号の表示',
  address: '住所の表示',
  groups: '所属グループの表示',
  rolecall: 'アカウントとユーザーの名前 (ARN) の表示',
  offlineAccess: '最長 14 日間の接続の維持 (不在時を含む)',
  title: 'アクセスの許可',
  allowApp: '{app} を許可しますか?',
  asksAs: 'アカウント {account} の {person} としてサインインしています。{app} は次の許可を求めています。',
  unverified:
    'このアプリは確認されていません。ここに登録されておらず、サイト {host} の情報だけに基づいています。このサイトを知っていて、ご自身でこのサインインを始めた場合にのみ許可してください。',
  selfRegistered:
    'このアプリは確認されていません。自己登録されたもので、名前は確認されていません。ご自身でこのサインインを始め、移動先 {address} を知っている場合にのみ許可してください。',
  useResource: '代理での {resource} の使用: {scopes}',
  forTwoWeeks: 'この許可は 14 日間有効です。アカウントページでいつでも取り消せます。',
  whileSignedIn: 'この許可はサインインしている間有効です。アカウントページでいつでも取り消せます。',
  deviceProgramAsksAs:
    'アカウント {account} の {person} としてサインインしています。別のデバイス上のプログラムが次の許可を求めています。',
  ownProgramAsksAs:
    'アカウント {account} の {person} としてサインインしています。このコンピューター上のプログラムが次の許可を求めています。',
  useRoles: 'あなたとして、引き受け可能なロールの使用',
  staySignedIn: 'そのプログラムでの一定期間のサインインの維持',
  staySignedInDevice: 'そのデバイスでの一定期間のサインインの維持',
  onlyIfYouRan: 'たった今ご自身で {command} を実行した場合にのみ許可してください。',
  nobodyElse: '他の人からこのページに誘導されることはありません。',
  mayRevoke: 'アカウントページでいつでも取り消せます。',
  allow: '許可',
  deny: '拒否',
  aboutApp: 'このアプリについて',
  clientId: 'クライアント ID',
  homePage: 'ホームページ',
  policy: 'プライバシーポリシー',
  terms: '利用規約',
  sentTo: '移動先',
  chooseAccount: 'アカウントの選択',
  continueAs: '{person} ({account}) として続行',
  otherAccount: '別のアカウントでサインイン',
  notAssigned: '割り当てられていません',
  cannotUse: '{app} は使用できません',
  askAssignment:
    'アカウント {account} の {person} としてサインインしていますが、{app} は割り当てられていません。アカウントの管理者に、ご自身または所属グループへの割り当てを依頼するか、別のアカウントでサインインしてください。',
  backTo: '{app} に戻る',
};
