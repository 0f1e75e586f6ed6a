import type { Change } from '../../../shared/domain/change.ts';
import { changeNumber } from '../../../shared/domain/change-number.ts';
import type { TokenEvent } from '../../../shared/domain/event.ts';
import { isNoticed, noticeTexts } from '../../../shared/domain/notice.ts';
import { noticeMail } from '../../../shared/domain/notice-mail.ts';
import { aChange, aHeldChange, aHolder, NOW } from '../../fixtures.ts';

const anEvent = (members: Partial<TokenEvent> = {}): TokenEvent => ({
  seq: 4,
  type: 'CHANGE_APPLIED',
  at: NOW.toISOString(),
  actor: { type: 'USER', userId: 'user-admin', fullName: 'Demo Administradora' },
  details: {},
  previousHash: 'before',
  hash: 'after',
  ...members,
});

const aboutHolder = { holder: aHolder(), companyName: 'Empresa Demo', phoneName: undefined };

describe('what a holder learns of', () => {
  it.each(['CHANGE_REQUESTED', 'CHANGE_APPLIED', 'TOKEN_ENROLLED'] as const)('is %s', (type) => {
    expect(isNoticed({ type })).toBe(true);
  });

  it.each(['TOKEN_CREATED', 'ACTIVATION_CODE_CREATED', 'CHANGE_AUTHORIZED', 'CHANGE_EXPIRED'] as const)(
    'is not %s',
    (type) => {
      expect(isNoticed({ type })).toBe(false);
    },
  );
});

describe('a notice', () => {
  it('of a block says who did it, when and why, and what to do, in Spanish and in English', () => {
    const change = aChange({ action: 'BLOCK', reason: 'PHONE_STOLEN', note: 'En la calle', status: 'APPLIED' });
    const [es, en] = noticeTexts({ ...aboutHolder, event: anEvent(), change });
    expect(es).toEqual({
      language: 'es',
      headline: 'El token virtual fue bloqueado',
      effect: 'Mientras esté bloqueado no da códigos válidos ni autoriza nada.',
      facts: [
        { label: 'Empresa', value: 'Empresa Demo' },
        { label: 'Titular', value: 'Demo Titular (demo.titular)' },
        { label: 'Solicitó', value: 'Demo Administradora (demo.admin)' },
        { label: 'Fecha y hora', value: '5 de enero de 2026 a las 10:00:00 (America/Bogota)' },
        { label: 'Causal', value: 'Robo del celular' },
        { label: 'Nota', value: 'En la calle' },
        { label: 'Número del cambio', value: changeNumber('change-1') },
        { label: 'Referencia', value: 'change-1' },
      ],
      adviceTitle: 'Si usted no esperaba esto, avise de inmediato:',
      advice: [
        '018000 514652: Línea gratuita de atención empresarial',
        '318 671 4836: WhatsApp empresarial: elija «Banca Empresas» y luego la opción 1',
        'Horario: lunes a viernes 08:00–12:00; lunes a viernes 13:00–18:00 (America/Bogota)',
      ],
    });
    expect(en).toEqual({
      language: 'en',
      headline: 'The virtual token was blocked',
      effect: 'While it is blocked it gives no valid codes and authorizes nothing.',
      facts: [
        { label: 'Company', value: 'Empresa Demo' },
        { label: 'Holder', value: 'Demo Titular (demo.titular)' },
        { label: 'Requested by', value: 'Demo Administradora (demo.admin)' },
        { label: 'When', value: '5 January 2026 at 10:00:00 (America/Bogota)' },
        { label: 'Reason', value: 'Phone stolen' },
        { label: 'Note', value: 'En la calle' },
        { label: 'Change number', value: changeNumber('change-1') },
        { label: 'Reference', value: 'change-1' },
      ],
      adviceTitle: 'If you did not expect this, tell us at once:',
      advice: [
        '018000 514652: Toll-free business support line',
        '318 671 4836: Business WhatsApp: choose “Banca Empresas”, then option 1',
        'Hours: Monday to Friday 08:00–12:00; Monday to Friday 13:00–18:00 (America/Bogota)',
      ],
    });
  });

  const headlineAndEffect = (event: TokenEvent, change: Change) => {
    return noticeTexts({ ...aboutHolder, event, change }).map(({ headline, effect }) => `${headline}. ${effect}`);
  };

  it('of a rescue that is proposed says that another person of the bank confirms it, and no phone authorizes it', () => {
    const event = anEvent({ type: 'CHANGE_REQUESTED', actor: { type: 'BANK', fullName: 'Analista' } });
    expect(headlineAndEffect(event, aHeldChange({}, { policy: 'BANK' }))).toEqual([
      'Se solicitó liberar el token virtual. Nada cambia hasta que otra persona del banco lo confirme; si nadie lo confirma a tiempo, la solicitud vence.',
      'A release of the virtual token was requested. Nothing changes until another person of the bank confirms it; if nobody does in time, the request expires.',
    ]);
    expect(headlineAndEffect(event, aHeldChange()).join(' ')).toMatch(/ celular; .* phone; /);
  });

  it('of a block of a token that was blocked already says so, and what became of what was asked for meanwhile', () => {
    const change = aChange({ action: 'BLOCK', reason: 'PHONE_STOLEN', status: 'APPLIED' });
    expect(headlineAndEffect(anEvent({ details: { from: 'BLOCKED', to: 'BLOCKED' } }), change)).toEqual([
      'Se bloqueó otra vez el token virtual, que ya estaba bloqueado. Lo que la empresa hubiera solicitado para él queda sin efecto. Sigue sin dar códigos válidos ni autorizar nada.',
      'The virtual token was blocked again; it was blocked already. What the company had asked for of it has no effect. It still gives no valid codes and authorizes nothing.',
    ]);
    expect(headlineAndEffect(anEvent({ details: { from: 'ACTIVE', to: 'BLOCKED' } }), change)[0]).toMatch(
      /^El token virtual fue bloqueado\. /,
    );
    const unblock = aHeldChange({ action: 'UNBLOCK' });
    expect(headlineAndEffect(anEvent({ details: { from: 'BLOCKED', to: 'ACTIVE' } }), unblock)[0]).toMatch(
      /^El token virtual fue desbloqueado\. /,
    );
  });

  it('of a request names nobody as authorizing it, and of what was applied names who did', () => {
    const change = aHeldChange({}, { decidedBy: { userId: 'user-2', fullName: 'Demo Segunda' } });
    const requested = noticeTexts({ ...aboutHolder, event: anEvent({ type: 'CHANGE_REQUESTED' }), change })[0];
    const applied = noticeTexts({ ...aboutHolder, event: anEvent({ actor: { type: 'SYSTEM' } }), change })[0];
    expect(requested.headline).toBe('Se solicitó liberar el token virtual');
    expect(requested.facts.map(({ label }) => label)).toEqual([
      'Empresa',
      'Titular',
      'Solicitó',
      'Fecha y hora',
      'Causal',
      'Número del cambio',
      'Referencia',
    ]);
    expect(applied.headline).toBe('El token virtual fue liberado');
    expect(applied.facts).toContainEqual({ label: 'Autorizó', value: 'Demo Segunda' });
  });

  it('of a release says that the seed was destroyed only where it was', () => {
    const change = aHeldChange();
    const effects = (seedDestroyed: boolean) =>
      noticeTexts({ ...aboutHolder, event: anEvent({ details: { seedDestroyed } }), change }).map(
        ({ headline, effect }) => [headline, effect],
      );
    expect(effects(true)).toEqual([
      [
        'El token virtual fue liberado',
        'La semilla fue destruida y el celular quedó desvinculado: sus códigos ya no sirven.',
      ],
      [
        'The virtual token was released',
        'The seed was destroyed and the phone unbound: its codes are not valid any more.',
      ],
    ]);
    expect(effects(false)).toEqual([
      ['El token virtual fue liberado', 'El token quedó sin semilla y sin celular: ningún código suyo es válido.'],
      [
        'The virtual token was released',
        'The token is left without a seed and without a phone: no code of it is valid.',
      ],
    ]);
  });

  it('of a held change never has its six digits', () => {
    const change = aHeldChange();
    const mail = noticeMail(noticeTexts({ ...aboutHolder, event: anEvent({ type: 'CHANGE_REQUESTED' }), change }));
    expect(JSON.stringify(mail)).not.toContain(change.authorization.bindingCode);
  });

  it('of an enrolment names the phone', () => {
    const event = anEvent({ type: 'TOKEN_ENROLLED', actor: { type: 'USER', fullName: 'Demo Titular' } });
    const [es, en] = noticeTexts({ ...aboutHolder, event, change: undefined, phoneName: 'Celular Demo' });
    expect([es.headline, en.headline]).toEqual([
      'El token virtual fue habilitado en un celular',
      'The virtual token was enrolled on a phone',
    ]);
    expect(es.facts.slice(0, 4)).toEqual([
      { label: 'Empresa', value: 'Empresa Demo' },
      { label: 'Titular', value: 'Demo Titular (demo.titular)' },
      { label: 'Habilitó', value: 'Demo Titular' },
      { label: 'Celular', value: 'Celular Demo' },
    ]);
  });

  it('of a change of an earlier version names people without the usernames that it does not know', () => {
    const { names: _unknown, ...earlier } = aChange({ action: 'BLOCK', reason: 'PHONE_STOLEN' });
    const [es] = noticeTexts({ ...aboutHolder, event: anEvent(), change: earlier });
    expect(es.facts).toContainEqual({ label: 'Solicitó', value: 'Demo Administradora' });
  });

  it('of a change that is missing is none', () => {
    expect(() => noticeTexts({ ...aboutHolder, event: anEvent(), change: undefined })).toThrow('missing');
  });
});

describe('the mail of a notice', () => {
  it('has Spanish first and English beside it, as text and as HTML, and what people typed is no markup', () => {
    const change = aChange({ action: 'BLOCK', reason: 'OTHER', note: `<a href="x">&'` });
    const { subject, text, html } = noticeMail(noticeTexts({ ...aboutHolder, event: anEvent(), change }));
    expect(subject).toBe('El token virtual fue bloqueado · The virtual token was blocked');
    const [spanish = '', english = ''] = text.split('\n\n----\n\n');
    expect(spanish).toContain(`Nota: <a href="x">&'`);
    expect(spanish).toContain('- 018000 514652');
    expect(english).toContain('Reason: Other');
    expect(html).toContain('<td>&lt;a href=&quot;x&quot;&gt;&amp;&#39;</td>');
    expect(html).not.toContain('<a ');
    expect(html.indexOf('lang="es"')).toBeLessThan(html.indexOf('<div lang="en"'));
  });
});
