import type { Change, Token } from '../../console/src/console/api-types.ts';
import { isRepeatable, tellEnding } from '../../console/src/console/change-ending.ts';
import { en } from '../../console/src/console/i18n/en.ts';
import { es } from '../../console/src/console/i18n/es.ts';
import { translate } from './translate.ts';

const [ana, luis] = ['Ana', 'Luis'].map((fullName) => ({
  userId: fullName.toLowerCase(),
  fullName,
  username: fullName.toLowerCase(),
}));
const change = (status: string, outcome?: object, action = 'RELEASE') =>
  ({ status, action, requestedBy: ana, ...(outcome ? { outcome } : {}) }) as Change;

describe('the ending of a change', () => {
  it.each([
    ['REJECTED', { cause: 'REJECTED', by: luis }, 'Luis (luis) lo rechazó', 'Luis (luis) rejected it'],
    [
      'REJECTED',
      { cause: 'DISOWNED', by: luis },
      'Luis (luis) respondió «no reconozco',
      'Luis (luis) answered “it was',
    ],
    ['REJECTED', { cause: 'WRONG_CODES', by: luis }, 'Luis (luis) digitó mal el código', 'Luis (luis) typed the code'],
    [
      'REJECTED',
      undefined,
      'Quien debía autorizar lo rechazó o el código',
      'It was rejected on the phone, or the code',
    ],
    ['CANCELLED', { cause: 'CANCELLED', by: ana }, 'Ana (ana) lo canceló', 'Ana (ana) cancelled it'],
    ['CANCELLED', { cause: 'REQUESTER_REMOVED' }, 'Ana (ana) ya no podía solicitarlo', 'Ana (ana) could no longer ask'],
    ['EXPIRED', { cause: 'EXPIRED' }, 'nadie lo autorizó a tiempo', 'nobody authorized it in time'],
    ['SUPERSEDED', { cause: 'SUPERSEDED', by: luis }, 'Luis (luis) bloqueó el token', 'Luis (luis) blocked the token'],
    ['FAILED', undefined, 'No se cambió nada', 'Nothing was changed'],
    ['APPLIED', undefined, 'El token quedó sin semilla', 'The token is left without a seed'],
  ])('%s %j is told in both languages, by whom where it is known', (status, outcome, spanish, english) => {
    expect(tellEnding(change(status, outcome), translate('es', es))).toContain(spanish);
    expect(tellEnding(change(status, outcome), translate('en', en))).toContain(english);
  });
});

describe('asking again', () => {
  const NOW = Date.parse('2026-01-05T15:00:00Z');
  const token = (members: object = {}) =>
    ({ status: 'ACTIVE', availableActions: ['RELEASE', 'BLOCK'], authorizable: true, ...members }) as Token;
  const suspended = { cause: 'DISOWNED', by: luis, suspendedUntil: '2026-01-05T15:00:01Z' };

  it.each([
    ['a cancelled change', change('CANCELLED'), token(), 'ana', true],
    ['an expired change', change('EXPIRED'), token(), 'ana', true],
    ['a rejected change', change('REJECTED'), token(), 'ana', true],
    ['an applied change', change('APPLIED'), token(), 'ana', false],
    ['a change whose token is not known yet', change('CANCELLED'), undefined, 'ana', false],
    ['a token that offers the action no longer', change('CANCELLED'), token({ availableActions: [] }), 'ana', false],
    ['a token that nobody can authorize', change('CANCELLED'), token({ authorizable: false }), 'ana', false],
    ['a requester who is suspended', change('REJECTED', suspended), token(), 'ana', false],
    ['another administrator than the suspended one', change('REJECTED', suspended), token(), 'luis', true],
  ])('is offered after what would not be refused at once: %s', (_, ended, about, userId, offered) => {
    expect(isRepeatable(ended, about, userId, NOW)).toBe(offered);
  });

  it('the requester may once the suspension is over', () => {
    expect(isRepeatable(change('REJECTED', suspended), token(), 'ana', NOW + 1_000)).toBe(true);
  });
});
