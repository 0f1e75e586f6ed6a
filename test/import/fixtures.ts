import {
  createPerson,
  type ImportContext,
  type PersonDecision,
  type StoredPerson,
} from '../../scripts/import/decide-person.ts';
import type { PersonLine } from '../../scripts/import/file/person-line.ts';
import type { Token } from '../../shared/domain/token.ts';

export const NOW = new Date('2026-01-01T00:00:00.000Z');
export const LATER = new Date('2026-01-02T00:00:00.000Z');

export function aContext(overrides: Partial<ImportContext> = {}): ImportContext {
  return { now: NOW, requestId: 'run-1', activationCodeSeconds: undefined, ...overrides };
}

export function aLine(overrides: Partial<PersonLine> = {}): PersonLine {
  return {
    number: 2,
    company: { companyId: 'demo-1', name: 'Empresa Demo', authorizationPolicy: 'REQUESTER' },
    username: 'demo.uno',
    fullName: 'Demo Administradora Uno',
    email: 'uno@example.com',
    role: 'ADMINISTRATOR',
    physicalSerial: 'PT-1',
    ...overrides,
  };
}

/** The person of a line that was loaded at `NOW`, their virtual token then changed as told. */
export function aStoredPerson(line: PersonLine = aLine(), virtual: Partial<Token> = {}): StoredPerson {
  const { user, tokens } = createPerson(line, 'sub-1', aContext());
  const [first, second] = tokens;
  if (!first) throw new Error('A person has a virtual token');
  return { user, virtual: { ...first.token, ...virtual }, physical: second?.token ?? null, isUnlisted: false };
}

export const A_DEVICE = { deviceId: 'device-1', name: 'Demo', platform: 'IOS', enrolledAt: NOW.toISOString() } as const;

/** Lists the events of a decision: each with its token's kind, type and details. */
export function listEvents({ tokens }: PersonDecision) {
  return tokens.flatMap(({ token, events }) =>
    events.map(({ seq, type, at, actor, details }) => ({ kind: token.kind, seq, type, at, actor, details })),
  );
}
