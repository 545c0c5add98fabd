import type { MailTexts } from './mail-texts.ts';

export const ES: MailTexts = {
  named: ' ({detail})',
  test: {
    subject: 'Correo de prueba de Rolecall',
    sent: 'Este es un correo de prueba. Rolecall puede enviar correo con esta configuración.',
  },
  invitation: {
    subject: 'Su invitación: {account}',
    invited: 'Ha recibido una invitación para iniciar sesión en {account} como {person}.',
    open: 'Abra esta página para confirmar su dirección de correo electrónico y elegir cómo iniciará sesión:',
    until: 'El enlace funciona una sola vez, hasta el {time}.',
    ignore: 'Si no esperaba esta invitación, ignore este correo.',
  },
  recovery: {
    subject: 'Su inicio de sesión: {account}',
    asked: 'Se ha pedido una contraseña nueva para {person} en la cuenta {account}.',
    byProvider:
      'Aquí no tiene contraseña: inicia sesión a través del proveedor de su organización. Use su botón en la página de inicio de sesión, o pida allí una contraseña nueva.',
    byAdministrator: 'Solo su administrador puede establecer su contraseña. Pídasela.',
    choose: 'Elíjala en esta página. Si tiene un segundo factor, la página se lo pedirá:',
    until: 'El enlace funciona una sola vez, hasta el {time}.',
    ignore: 'Si no la ha pedido, ignore este correo. No ha cambiado nada.',
  },
  code: {
    subject: 'Su código para {account}',
    address: 'Con este código confirma que esta es la dirección de correo de {person} en la cuenta {account}:',
    browser:
      '{person} va a cambiar cómo inicia sesión en la cuenta {account}, en un navegador nuevo. Si es usted, escriba allí este código:',
    until: 'El código funciona una sola vez, hasta el {time}.',
    keep: 'Escríbalo solo en la página que lo pide. Nadie se lo pedirá de otra manera.',
    ignore: 'Si no lo ha pedido, no haga caso de este correo. No ha cambiado nada.',
    notYou:
      'Si no es usted, otra persona puede iniciar sesión en su nombre: cambie su contraseña y avise a su administrador.',
  },
  request: {
    subject: '{app} pide iniciar su sesión',
    asks: '{app} pregunta si puede iniciar su sesión como {person} de la cuenta {account}.',
    answer: 'Consulte la solicitud en esta página, y permítala o deniéguela:',
    until: 'Puede responder hasta el {time}.',
    ignore: 'Si no acaba de iniciarla usted mismo, deniéguela. No ocurre nada si no la permite.',
  },
  credential: {
    key: {
      ending: 'Una de sus claves de acceso en {account} se desactivará',
      ended: 'Una de sus claves de acceso en {account} se ha desactivado',
      will: 'La clave de acceso {key} de {person} en la cuenta {account} se desactivará el {time}.',
      was: 'La clave de acceso {key} de {person} en la cuenta {account} se ha desactivado.',
      advice:
        'Si un programa todavía la usa, cámbielo a las credenciales temporales de un rol, o a una nueva clave de acceso si la cuenta lo permite.',
      adviceAfter:
        'Si un programa todavía la usa, cámbielo a las credenciales temporales de un rol, o a una nueva clave de acceso si la cuenta lo permite.',
    },
    password: {
      ending: 'Su contraseña en {account} se desactivará',
      ended: 'Su contraseña en {account} se ha desactivado',
      will: 'La contraseña de {person} en la cuenta {account} se desactivará el {time}.',
      was: 'La contraseña de {person} en la cuenta {account} se ha desactivado.',
      advice: 'Para conservarla, inicie sesión con ella antes de esa fecha.',
      adviceAfter: 'Para volver a iniciar sesión con una contraseña, pida una nueva a su administrador.',
    },
    reasons: {
      age: 'Las claves de acceso de esta cuenta pueden usarse durante {days} días.',
      unused: 'No se ha usado en {days} días, el máximo que permite la cuenta.',
      'temporary-only': 'Los usuarios de esta cuenta solo usan credenciales temporales.',
    },
  },
  notice: {
    subject: '{what} ({account})',
    ifYou: 'Si ha sido usted, no tiene que hacer nada.',
    tellAdministrator: 'Si no ha sido usted, avise a su administrador.',
    secure: 'Si no ha sido usted, proteja su cuenta en esta página:',
    check: 'Compruebe en el registro de auditoría qué se ha hecho.',
  },
  notices: {
    'new-device': {
      subject: 'Nuevo inicio de sesión en su cuenta',
      happened: '{person} inició sesión en un dispositivo nuevo{named} el {time}, en la cuenta {account}.',
    },
    'password-changed': {
      subject: 'Se ha cambiado su contraseña',
      happened: 'La contraseña de {person}{named} se cambió el {time}, en la cuenta {account}.',
    },
    'password-reset': {
      subject: 'Un administrador ha restablecido su contraseña',
      happened: 'Un administrador restableció la contraseña de {person}{named} el {time}, en la cuenta {account}.',
    },
    'factor-added': {
      subject: 'Se ha añadido un factor de inicio de sesión',
      happened:
        'Se añadió una llave de acceso o de seguridad, o una aplicación de autenticación{named} para {person} el {time}, en la cuenta {account}.',
    },
    'factor-removed': {
      subject: 'Se ha quitado un factor de inicio de sesión',
      happened:
        'Se quitó una llave de acceso o de seguridad, o una aplicación de autenticación{named} de {person} el {time}, en la cuenta {account}.',
    },
    'factor-reset-announced': {
      subject: 'Un administrador va a quitar sus factores de inicio de sesión',
      happened:
        'El {time}, un administrador solicitó quitar una llave de acceso o de seguridad, o una aplicación de autenticación{named} de {person}, en la cuenta {account}. Será posible tras un periodo de espera.',
    },
    'login-linked': {
      subject: 'Se ha vinculado un acceso a su cuenta',
      happened:
        'Se vinculó un acceso externo{named} a {person} el {time}, en la cuenta {account}. Ya permite iniciar sesión.',
    },
    'login-unlinked': {
      subject: 'Se ha desvinculado un acceso de su cuenta',
      happened: 'Se desvinculó un acceso externo{named} de {person} el {time}, en la cuenta {account}.',
    },
    'recovery-code-used': {
      subject: 'Se ha usado un código de recuperación',
      happened: '{person} inició sesión con un código de recuperación{named} el {time}, en la cuenta {account}.',
    },
    'email-changed': {
      subject: 'Se ha cambiado su dirección de correo electrónico',
      happened: 'La dirección de correo electrónico de {person}{named} se cambió el {time}, en la cuenta {account}.',
    },
    'root-used': {
      subject: 'Se ha usado el usuario raíz',
      happened: 'El usuario raíz de la cuenta {account} se ha usado{named} el {time}.',
    },
    'emergency-access-used': {
      subject: 'Se ha usado el acceso de emergencia',
      happened: '{person} ha usado el acceso de emergencia{named} el {time}, en la cuenta {account}.',
    },
  },
};
