import type { MailTexts } from './mail-texts.ts';

export const JA: MailTexts = {
  named: ' ({detail})',
  test: {
    subject: 'Rolecall からのテストメール',
    sent: 'これはテストメールです。Rolecall はこの設定でメールを送信できます。',
  },
  invitation: {
    subject: '{account} への招待',
    invited: '{account} に {person} としてサインインするよう招待されました。',
    open: '次のページを開いて、メールアドレスを確認し、サインインの方法を設定してください。',
    until: 'このリンクは {time} まで、1 回だけ使用できます。',
    ignore: '心当たりのない招待の場合は、このメールを無視してください。',
  },
  recovery: {
    subject: '{account} へのサインイン',
    asked: 'アカウント {account} の {person} に新しいパスワードが要求されました。',
    byProvider:
      'ここにはパスワードがありません。組織のプロバイダーを通じてサインインします。サインインページのプロバイダーのボタンを使用するか、プロバイダーに新しいパスワードを依頼してください。',
    byAdministrator: 'パスワードを設定できるのは管理者だけです。管理者に依頼してください。',
    choose: '次のページで設定してください。2 つ目の要素がある場合は、ページで求められます。',
    until: 'このリンクは {time} まで、1 回だけ使用できます。',
    ignore: '心当たりがない場合は、このメールを無視してください。何も変更されていません。',
  },
  code: {
    subject: '{account} の確認コード',
    address: 'このコードで、これがアカウント {account} の {person} のメールアドレスであることを確認します。',
    browser:
      '{person} が、新しいブラウザーでアカウント {account} へのサインイン方法を変更しようとしています。ご本人の場合は、そのブラウザーでこのコードを入力してください。',
    until: 'コードは {time} まで、1 回だけ使えます。',
    keep: 'コードは、入力を求めるページでだけ入力してください。ほかの方法でお聞きすることはありません。',
    ignore: '心当たりがない場合は、このメールを無視してください。何も変更されていません。',
    notYou:
      'ご本人でない場合は、ほかの人があなたとしてサインインできる状態です。パスワードを変更し、管理者に連絡してください。',
  },
  request: {
    subject: '{app} がサインインの許可を求めています',
    asks: '{app} が、アカウント {account} の {person} としてのサインインの許可を求めています。',
    answer: '次のページでリクエストを確認し、許可または拒否してください。',
    until: '{time} まで回答できます。',
    ignore: 'たった今ご自身で開始したものでない場合は、拒否してください。許可しない限り、何も起こりません。',
  },
  credential: {
    key: {
      ending: '{account} のアクセスキーが無効になります',
      ended: '{account} のアクセスキーが無効になりました',
      will: 'アカウント {account} の {person} のアクセスキー {key} は {time} に無効になります。',
      was: 'アカウント {account} の {person} のアクセスキー {key} が無効になりました。',
      advice:
        'プログラムがまだ使用している場合は、ロールの一時的な認証情報に切り替えるか、アカウントで許可されていれば新しいアクセスキーに切り替えてください。',
      adviceAfter:
        'プログラムがまだ使用している場合は、ロールの一時的な認証情報に切り替えるか、アカウントで許可されていれば新しいアクセスキーに切り替えてください。',
    },
    password: {
      ending: '{account} のパスワードが無効になります',
      ended: '{account} のパスワードが無効になりました',
      will: 'アカウント {account} の {person} のパスワードは {time} に無効になります。',
      was: 'アカウント {account} の {person} のパスワードが無効になりました。',
      advice: '引き続き使用するには、それまでにこのパスワードでサインインしてください。',
      adviceAfter: '再びパスワードでサインインするには、管理者に新しいパスワードを依頼してください。',
    },
    reasons: {
      age: 'このアカウントのアクセスキーは {days} 日間使用できます。',
      unused: '{days} 日間使用されていません。これはアカウントで許可されている上限です。',
      'temporary-only': 'このアカウントのユーザーは一時的な認証情報のみを使用します。',
    },
  },
  notice: {
    subject: '{what} ({account})',
    ifYou: 'ご本人による操作の場合は、何もする必要はありません。',
    tellAdministrator: '心当たりがない場合は、管理者に連絡してください。',
    secure: '心当たりがない場合は、次のページでアカウントを保護してください。',
    check: '実行された内容を監査記録で確認してください。',
  },
  notices: {
    'new-device': {
      subject: 'アカウントへの新しいサインイン',
      happened: '{time} に、アカウント {account} の {person} が新しいデバイス{named}でサインインしました。',
    },
    'password-changed': {
      subject: 'パスワードが変更されました',
      happened: '{time} に、アカウント {account} の {person}{named} のパスワードが変更されました。',
    },
    'password-reset': {
      subject: '管理者がパスワードをリセットしました',
      happened: '{time} に、管理者がアカウント {account} の {person}{named} のパスワードをリセットしました。',
    },
    'factor-added': {
      subject: 'サインインの要素が追加されました',
      happened:
        '{time} に、アカウント {account} の {person} にパスキー、セキュリティキー、または認証アプリ{named}が追加されました。',
    },
    'factor-removed': {
      subject: 'サインインの要素が削除されました',
      happened:
        '{time} に、アカウント {account} の {person} のパスキー、セキュリティキー、または認証アプリ{named}が削除されました。',
    },
    'factor-reset-announced': {
      subject: '管理者がサインインの要素を削除しようとしています',
      happened:
        '{time} に、アカウント {account} の {person} のパスキー、セキュリティキー、または認証アプリ{named}の削除を管理者が申請しました。待機期間が過ぎると削除できるようになります。',
    },
    'login-linked': {
      subject: 'アカウントにログインがリンクされました',
      happened:
        '{time} に、アカウント {account} の {person} に外部ログイン{named}がリンクされ、サインインに使用できるようになりました。',
    },
    'login-unlinked': {
      subject: 'アカウントからログインのリンクが解除されました',
      happened: '{time} に、アカウント {account} の {person} から外部ログイン{named}のリンクが解除されました。',
    },
    'recovery-code-used': {
      subject: 'リカバリーコードが使用されました',
      happened: '{time} に、アカウント {account} の {person} がリカバリーコード{named}でサインインしました。',
    },
    'email-changed': {
      subject: 'メールアドレスが変更されました',
      happened: '{time} に、アカウント {account} の {person}{named} のメールアドレスが変更されました。',
    },
    'root-used': {
      subject: 'ルートユーザーが使用されました',
      happened: '{time}に、アカウント {account} のルートユーザーが使用されました{named}。',
    },
    'emergency-access-used': {
      subject: '緊急アクセスが使用されました',
      happened: '{time}に、アカウント {account} で {person} が緊急アクセスを使用しました{named}。',
    },
  },
};
