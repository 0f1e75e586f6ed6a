import { chooseFateWords } from '../../console/src/phone-page/fate-words.ts';
import { en } from '../../console/src/phone-page/i18n/en.ts';
import { es } from '../../console/src/phone-page/i18n/es.ts';
import { RefusalError } from '../../phone/protocol/index.ts';
import { translate } from './translate.ts';

type Known = Parameters<typeof chooseFateWords>[0];
const fate = (members: Partial<Known>, kind: Known['sent']['kind'] = 'APPROVE'): Known => ({
  sent: { changeId: 'change-1', kind, jws: 'a.b.c' },
  status: undefined,
  refusal: undefined,
  late: false,
  ...members,
});
const refused = (code: string, status?: string): Known =>
  fate({
    refusal: new RefusalError({
      title: code,
      status: 409,
      code,
      ...(status ? { change: { changeId: 'change-1', status } } : {}),
    }),
  });

it.each([
  ['authorized', fate({ status: 'AUTHORIZED' }), 'Autorizado', 'Authorized'],
  ['applied', fate({ status: 'APPLIED' }), 'Autorizado y aplicado', 'Authorized and applied'],
  ['rejected', fate({ status: 'REJECTED' }, 'REJECT'), 'Rechazado', 'Rejected'],
  ['disowned', fate({ status: 'REJECTED' }, 'NOT_ME'), 'Lo rechazamos. No se cambió nada.', 'We rejected it.'],
  [
    'wrong too many times',
    refused('BINDING_CODE_MISMATCH'),
    'Se rechazó: el código se digitó mal demasiadas veces',
    'Rejected:',
  ],
  ['too late', refused('CHANGE_CLOSED', 'EXPIRED'), 'Este cambio venció', 'This change expired'],
  ['cancelled', refused('CHANGE_CLOSED', 'CANCELLED'), 'Este cambio fue cancelado', 'This change was cancelled'],
  [
    'superseded',
    refused('CHANGE_CLOSED', 'SUPERSEDED'),
    'Un bloqueo anuló este cambio',
    'A block superseded this change',
  ],
  [
    'rejected by another',
    refused('CHANGE_CLOSED', 'REJECTED'),
    'Este cambio quedó rechazado',
    'This change was rejected',
  ],
  [
    'authorized by another',
    refused('CHANGE_CLOSED', 'APPLIED'),
    'Este cambio ya estaba autorizado y se aplicó',
    'This change was authorized already and has been applied',
  ],
  ['ended as no page knows yet', refused('CHANGE_CLOSED', 'NEW'), 'Este cambio terminó', 'This change has ended'],
  ['refused', refused('PROOF_REFUSED'), 'Su decisión no fue aceptada', 'Your decision was not accepted'],
])('what came of a decision is said in both languages: %s', (_, known, spanish, english) => {
  expect(chooseFateWords(known, translate('es', es)).title).toBe(spanish);
  expect(chooseFateWords(known, translate('en', en)).title).toContain(english);
});

it('a change that is still being applied when nobody asks any more refers to the web page', () => {
  const { title, text } = chooseFateWords(fate({ status: 'AUTHORIZED', late: true }), translate('es', es));
  expect([title, text]).toEqual(['Autorizado', expect.stringContaining('Vea en la página web')]);
});

it('whom to call is said beside what a person cannot set right', () => {
  const t = translate('es', es);
  const known = [fate({ status: 'APPLIED' }), fate({ status: 'REJECTED' }, 'NOT_ME'), refused('PROOF_REFUSED')];
  expect(known.map((it) => chooseFateWords(it, t).help ?? false)).toEqual([false, true, true]);
});
