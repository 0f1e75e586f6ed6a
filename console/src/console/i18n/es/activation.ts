/** Activation codes and their letters. */
export const activation = {
  activation: {
    title: 'Código de activación',
    open: 'Código de activación',
    ask: 'Genere un código para que {{name}} habilite el token virtual en su celular. El código anterior, si lo hay, deja de servir.',
    create: 'Generar código',
    creating: 'Generando…',
    shown: 'Se muestra una sola vez. Entréguelo solo a {{name}}.',
    how: 'Lea el QR con la cámara del celular, o digite este código en la app.',
    expires: 'Vence el {{date}}',
    qr: 'Código QR que abre la app con el código de activación',
    done: 'Ya lo entregué',
    signedOut: 'Ingrese de nuevo para generar el código.',
    uncertain: 'El servicio no confirmó si generó un código. Si genera otro, cualquiera anterior deja de servir.',
    print: 'Imprimir carta',
    closeTitle: 'El código no se vuelve a mostrar',
    closeText: 'Si cierra sin haberlo entregado, tendrá que generar otro.',
    closeStay: 'Seguir viendo el código',
    closeAnyway: 'Cerrar de todos modos',
  },
  ownActivation: {
    hurry: 'Habilite un celular nuevo: tiene 30 minutos desde que autorizó',
    until:
      'Hasta las {{time}} puede generar el código de activación de su propio token. Después tendrá que pedirlo a otro administrador o al banco.',
    another: 'No puede generar el código de su propio token',
    anotherText: 'Pídalo a otro administrador de su empresa. Si no hay otro, llame al banco:',
  },
  letter: {
    title: 'Active su token virtual',
    company: 'Empresa',
    name: 'Nombre',
    username: 'Usuario',
    expires: 'Vence',
    steps: {
      a: 'Con la cámara de su celular, lea el código QR. Se abre la app con el código ya digitado. También puede abrir la app y digitarlo.',
      b: 'Ingrese con su usuario y habilite el celular.',
      c: 'Destruya esta carta cuando termine.',
    },
    secret: 'El código es personal y sirve una sola vez. No lo comparta con nadie: el banco no se lo pedirá.',
  },
};
