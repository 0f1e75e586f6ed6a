import { actorSchema, eventChangeSchema, eventDetailsSchema } from '../../../shared/domain/event.ts';
import * as responses from '../../../shared/http/responses.ts';
import { changeRequestSchema } from '../../../shared/http/schemas.ts';
import type { Shapes } from '../shape.ts';

const page = (what: string) => ({
  description: `A page of ${what}. It may hold fewer than \`limit\`, even none, and still have a successor.`,
  fields: { items: 'The page.', nextCursor: 'Give it as `cursor` for the next page; null on the last.' },
});

const TOKEN = {
  tokenId: 'Opaque id.',
  kind: 'Virtual or physical.',
  serial: 'The number that people know it by.',
  status: 'Its state now.',
  holder: 'Whose it is.',
  device: 'The phone that it is active with; null without one.',
  pendingChange: 'The change that is not yet applied; null without one.',
  availableActions: 'What may be asked of it now.',
  version: 'Grows with each write.',
  updatedAt: 'The last write.',
};

const USER = {
  userId: 'The person’s id: the `sub` of their tokens.',
  fullName: 'Full name.',
  username: 'What they sign in with; unique in the bank.',
  role: 'What they may do.',
};

const EVENT = {
  seq: 'Its place in its record, from 1 without a gap.',
  type: 'What happened.',
  at: 'When.',
  actor: 'Who did it.',
  change: 'The change that it is of, where there is one.',
  details: 'What else belongs to it.',
  previousHash: 'The `hash` of the event before; of the first, a digest of company and token.',
  hash: 'SHA-256, in hexadecimal, of the RFC 8785 form of all other members.',
};

/** Requests and answers of a company's administrator. */
export const CONSOLE: Shapes = {
  User: { schema: responses.userResponse, description: 'A user of a company.', fields: USER },
  Holder: {
    schema: responses.holderResponse,
    description: 'The user whose token it is.',
    fields: { ...USER, enabled: 'If they may sign in and act.' },
  },
  Company: {
    schema: responses.companyResponse,
    description: 'The caller’s company.',
    fields: {
      companyId: 'The bank’s id of it.',
      name: 'Its name.',
      authorizationPolicy: 'Who authorizes its held changes.',
    },
  },
  Me: {
    schema: responses.meResponse,
    description: 'The caller.',
    fields: {
      user: 'The user.',
      company: 'Their company.',
      permissions: 'What a front may offer; the API judges each call.',
    },
  },
  Device: {
    schema: responses.deviceResponse,
    description: 'An enrolled phone.',
    fields: {
      deviceId: 'Its id: the `kid` of what it signs.',
      name: 'As its user named it.',
      platform: 'Its system.',
      enrolledAt: 'Since when.',
    },
  },
  PendingChange: {
    schema: responses.pendingChangeResponse,
    description: 'A change that is not yet applied.',
    fields: { changeId: 'Its id.', action: 'What it asks.', status: 'Its status.', expiresAt: 'When its hold ends.' },
  },
  Token: { schema: responses.tokenResponse, description: 'A token, virtual or physical.', fields: TOKEN },
  TokenDetails: {
    schema: responses.tokenDetailsResponse,
    description: 'A token, and what its reader can do about it.',
    fields: {
      ...TOKEN,
      authorizable: 'If somebody could authorize a held change of it now.',
      leavesNobody: 'If without this phone nobody of the company is left who can authorize.',
      ownActivationUntil:
        'Until when its holder, the caller, may make an activation code for it; null if they may not.',
    },
  },
  Matches: {
    schema: responses.matchesResponse,
    description: 'How many match the filter.',
    fields: { count: 'So many.', more: 'If there may be more: they are counted up to a limit.' },
  },
  TokenPage: {
    schema: responses.tokenPageResponse,
    description: page('tokens').description,
    fields: { ...page('tokens').fields, matches: 'How many match, with `count=true`.' },
  },
  Authorization: {
    schema: responses.authorizationResponse,
    description: 'The hold of a change.',
    fields: {
      policy: 'Who may authorize it.',
      expiresAt: 'From then on it is `EXPIRED`.',
      decidedBy: 'Who decided.',
      decidedAt: 'When.',
      decidable: 'While it is held, in a read of this change alone: false where nobody is left who may decide it.',
    },
  },
  Outcome: {
    schema: responses.outcomeResponse,
    description: 'How a change ended.',
    fields: {
      cause: 'How.',
      by: 'By whose act; null where time or the service ended it.',
      suspendedUntil: 'With `DISOWNED`: until when its requester may ask for nothing that is held.',
    },
  },
  Notification: {
    schema: responses.notificationResponse,
    description: 'The push that asks the approvers.',
    fields: { status: 'If it could be delivered.' },
  },
  Notice: {
    schema: responses.noticeResponse,
    description: 'What tells the holder of the change.',
    fields: { channel: 'How they are told.', status: 'If it could be delivered.' },
  },
  Change: {
    schema: responses.changeResponse,
    description: 'A requested change of a token’s state, from request to outcome.',
    fields: {
      changeId: 'Opaque id.',
      number: 'Short number of the id, to be read over the telephone.',
      tokenId: 'The token.',
      action: 'What is asked.',
      reason: 'A code of the catalogue.',
      note: 'What the requester wrote beside it.',
      status: 'Where it stands now.',
      requestedBy: 'Who asked.',
      holder: 'Whose token it is.',
      authorization: 'Its hold; null for a block.',
      outcome: 'Once it is closed: how it ended.',
      notification: 'If the approvers could be asked.',
      notices: 'If the holder could be told.',
      createdAt: 'When it was asked.',
      updatedAt: 'The last write.',
      bindingCode: 'Six digits to be typed on the phone: while it is held, and only to its requester.',
    },
  },
  ChangePage: { schema: responses.changePageResponse, ...page('changes') },
  ChangeRequest: {
    schema: changeRequestSchema,
    description: 'What is asked of a token, and why.',
    fields: {
      action: 'One of the token’s `availableActions`.',
      reason: 'A code that the catalogue has for this action.',
      note: 'A text of the requester’s; required with a reason that says so (`noteRequired`).',
    },
  },
  Reason: {
    schema: responses.reasonResponse,
    description: 'A reason for an action.',
    fields: {
      action: 'The action.',
      code: 'The code to send.',
      label: 'The text to show.',
      noteRequired: 'If a note is required.',
      holderExcluded: 'If the holder’s phone is not asked: it is in doubt, or they are leaving.',
    },
  },
  Reasons: {
    schema: responses.reasonsResponse,
    description: 'The catalogue.',
    fields: { items: 'The reasons, in order.' },
  },
  ActivationCode: {
    schema: responses.activationCodeResponse,
    description: 'A code to enrol one phone with. It is shown once and kept nowhere.',
    fields: { activationCode: 'The code, in groups of four.', expiresAt: 'Until when it is good.' },
  },
  Actor: {
    schema: actorSchema,
    description: 'A person, the service itself, or the bank’s people.',
    fields: { type: 'Which of the three.', userId: 'A person’s id.', fullName: 'A person’s name.' },
  },
  EventChange: {
    schema: eventChangeSchema,
    description: 'The change that an event is of.',
    fields: { changeId: 'Its id.', action: 'What it asks.', reason: 'Why.', note: 'The requester’s note.' },
  },
  EventDetails: {
    schema: eventDetailsSchema,
    description: 'What belongs to an event of this type, such as `from` and `to`.',
  },
  Event: { schema: responses.eventResponse, description: 'An entry of a token’s record.', fields: EVENT },
  EventPage: { schema: responses.eventPageResponse, ...page('events') },
  CompanyEvent: {
    schema: responses.companyEventResponse,
    description: 'An entry of one of a company’s records.',
    fields: {
      companyId: 'The company.',
      tokenId: 'The token of the record; null where it is the company’s own.',
      ...EVENT,
    },
  },
  CompanyEventPage: { schema: responses.companyEventPageResponse, ...page('events') },
};
