import {
  actionSchema,
  authorizationPolicySchema,
  changeStatusSchema,
  outcomeCauseSchema,
} from '../../../shared/domain/change.ts';
import { approvalPolicySchema } from '../../../shared/domain/company.ts';
import { eventTypeSchema, tokenEventTypeSchema } from '../../../shared/domain/event.ts';
import { labelSchema, supportHoursSchema, supportLineSchema } from '../../../shared/domain/support.ts';
import { platformSchema, tokenKindSchema, tokenStatusSchema } from '../../../shared/domain/token.ts';
import { namedPersonSchema, roleSchema } from '../../../shared/domain/user.ts';
import * as responses from '../../../shared/http/responses.ts';
import type { Shapes } from '../shape.ts';

/** The words that all parts of the API use: enumerations, persons, problems and the support lines. */
export const WORDS: Shapes = {
  Action: {
    schema: actionSchema,
    description: 'What is asked of a token. A block is applied at once; the others are held.',
  },
  ChangeStatus: {
    schema: changeStatusSchema,
    description: '`AUTHORIZED` is being applied: at most seconds. All but it and `PENDING_AUTHORIZATION` are final.',
  },
  OutcomeCause: { schema: outcomeCauseSchema, description: 'How a change ended; `IMMEDIATE` is a block.' },
  ApprovalPolicy: { schema: approvalPolicySchema, description: 'Who authorizes the held changes of a company.' },
  AuthorizationPolicy: {
    schema: authorizationPolicySchema,
    description: 'Who authorizes this change; `BANK` is a rescue, by two persons of the bank.',
  },
  Role: { schema: roleSchema, description: 'Only an administrator may look at the tokens of others and change them.' },
  TokenKind: { schema: tokenKindSchema, description: 'In the mobile app, or a device of its own.' },
  TokenStatus: {
    schema: tokenStatusSchema,
    description: '`ENABLED` and `DISABLED` are of physical tokens, the others of virtual ones.',
  },
  Platform: { schema: platformSchema, description: 'The system of a phone, which decides how it is woken.' },
  EventType: { schema: eventTypeSchema, description: 'What happened.' },
  TokenEventType: { schema: tokenEventTypeSchema, description: 'What happened to a token.' },
  DeliveryStatus: {
    schema: responses.deliveryStatusSchema,
    description:
      '`SENT` once one was accepted for delivery, `FAILED` where none was, `NOT_NEEDED` where nobody is told.',
  },
  Person: {
    schema: namedPersonSchema,
    description: 'A person as they were named at the time.',
    fields: {
      userId: 'The person’s id: the `sub` of their tokens.',
      fullName: 'Full name.',
      username: 'What tells the person apart from others of that name; absent where it is not known.',
    },
  },
  Label: {
    schema: labelSchema,
    description: 'A text in both languages.',
    fields: { es: 'In Spanish.', en: 'In English.' },
  },
  SupportLine: {
    schema: supportLineSchema,
    description: 'A way to reach the bank.',
    fields: { channel: 'How.', number: 'The number to call or to write to.', instructions: 'What to choose there.' },
  },
  SupportHours: {
    schema: supportHoursSchema,
    description: 'Hours of some days of the week.',
    fields: {
      days: 'The days.',
      from: 'Opens, in the timezone of the lines.',
      to: 'Closes; no longer open at this minute.',
    },
  },
  Support: {
    schema: responses.supportResponse,
    description: 'The bank’s support lines and their hours; closed on Colombia’s public holidays.',
    fields: {
      timezone: 'Of the hours, as IANA names it.',
      lines: 'The lines.',
      schedule: 'The hours.',
      open: 'If they are open now.',
      opensAt: 'When they open again; null while they are open.',
    },
  },
  FieldError: {
    schema: responses.fieldErrorResponse,
    description: 'One bad member of a request.',
    fields: { path: 'Where it is, with dots.', message: 'What is wrong, in Spanish and English.' },
  },
  ChangeInTheWay: {
    schema: responses.changeInTheWayResponse,
    description: 'The change that is in the way.',
    fields: {
      changeId: 'Its id.',
      status: 'Its status; that of HTTP is outside.',
      action: 'What it asks.',
      expiresAt: 'When its hold ends.',
    },
  },
  Problem: {
    schema: responses.problemResponse,
    description: 'A refusal (RFC 9457). Branch on `code`, never on a text.',
    fields: {
      type: 'The code as a URN; `about:blank` where the gateway refused.',
      title: 'A text for people, in Spanish and English; of the gateway in English alone.',
      status: 'The status of HTTP.',
      code: 'The stable code.',
      detail: 'More for people.',
      errors: 'The bad members, with `VALIDATION_FAILED` and `DUPLICATE_MEMBER`.',
      attemptsLeft: 'With `BINDING_CODE_MISMATCH`: how many other codes may still be tried.',
      change: 'With a 409 that another status of a change causes: that change.',
      support: 'With `NO_APPROVER_AVAILABLE`: whom to call.',
      requestId: 'Tell it to the bank’s support: its log lines carry it.',
    },
  },
};
