/** Activation codes and their letters. */
export const activation = {
  activation: {
    title: 'Código de activación',
    open: 'Código de activación',
    ask: 'Genere un código para que {{name}} habilite el token virtual en su celular. El código anterior, si lo hay, deja de servir.',
    create: 'Generar código',
    creating: 'Generando…',
    shown: 'Se muestra una sola vez. Entréguelo solo a {{name}}.',
    how: 'En la app, digite este código o lea el QR.',
    expires: 'Vence el {{date}}',
    qr: 'Código QR con el código de activación',
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
    how: 'En la app, digite este código para habilitar su token virtual:',
    secret: 'El código es personal y sirve una sola vez. No lo comparta con nadie: el banco no se lo pedirá.',
  },
  ownLetter: {
    title: 'Active su token virtual',
    company: 'Empresa',
    name: 'Nombre',
    username: 'Usuario',
    code: 'Código de activación',
    expires: 'Vence',
    steps: {
      a: 'Abra la app en su celular e ingrese con su usuario.',
      b: 'Digite el código de activación. Sirve una sola vez.',
      c: 'Destruya esta carta cuando termine.',
    },
    secret: 'Este código es solo para usted: no lo comparta con nadie.',
  },
};
