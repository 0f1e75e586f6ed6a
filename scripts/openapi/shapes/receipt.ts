import * as receipt from '../../../shared/domain/receipt.ts';
import { receiptResponse } from '../../../shared/http/responses.ts';
import type { Shapes } from '../shape.ts';

const PERSON = { userId: 'The person’s id.', fullName: 'Full name.' };

const REQUEST = {
  changeId: 'The change.',
  companyId: 'The company.',
  tokenId: 'The token.',
  holder: 'Whose token it is.',
  action: 'What was asked.',
  reason: 'Why.',
  note: 'The requester’s note.',
  requestedBy: 'Who asked.',
  createdAt: 'When.',
};

/** The parts of a receipt; docs/receipt.md says how it is verified. */
export const RECEIPT: Shapes = {
  ReceiptPerson: { schema: receipt.receiptPersonSchema, description: 'A person of the company.', fields: PERSON },
  ReceiptStaff: {
    schema: receipt.receiptStaffSchema,
    description: 'One of the bank’s people.',
    fields: { ...PERSON, arn: 'Of their session, where the record has it.' },
  },
  ReceiptActor: {
    schema: receipt.receiptActorSchema,
    description: 'Who did it.',
    fields: { type: 'A person, the service or the bank.', ...PERSON },
  },
  ReceiptEventChange: {
    schema: receipt.receiptEventChangeSchema,
    description: 'The change that an event is of.',
    fields: { changeId: 'The change.', action: 'What was asked.', reason: 'Why.', note: 'The requester’s note.' },
  },
  ReceiptEvent: {
    schema: receipt.receiptEventSchema,
    description: 'An event of the token’s record.',
    fields: {
      seq: 'Its place in the record.',
      type: 'What happened.',
      at: 'When.',
      actor: 'Who did it.',
      change: 'The change that it is of.',
      details: 'What else belongs to it.',
      previousHash: 'The hash of the event before.',
      hash: 'SHA-256 of the RFC 8785 form of all other members.',
    },
  },
  ReceiptRescue: {
    schema: receipt.receiptRescueSchema,
    description: 'The two persons of the bank behind a rescue.',
    fields: { proposedBy: 'Who proposed it.', confirmedBy: 'Who confirmed it.' },
  },
  ReceiptAuthorization: {
    schema: receipt.receiptAuthorizationSchema,
    description: 'How the change was authorized.',
    fields: {
      policy: 'Who could.',
      expiresAt: 'When its hold would have ended.',
      decidedBy: 'Who did.',
      decidedAt: 'When.',
      rescue: 'Under `BANK` alone: who of the bank.',
    },
  },
  ReceiptChange: {
    schema: receipt.receiptChangeSchema,
    description: 'The applied change.',
    fields: {
      ...REQUEST,
      status: 'Always `APPLIED`.',
      authorization: 'Null for a block.',
      appliedAt: 'When it took effect.',
    },
  },
  ReceiptChallenge: {
    schema: receipt.receiptChallengeSchema,
    description: 'What the phone signed.',
    fields: { ...REQUEST, expiresAt: 'When the hold would have ended.', nonce: 'At least 128 random bits.' },
  },
  ReceiptKey: {
    schema: receipt.receiptKeySchema,
    description: 'A public P-256 key.',
    fields: { kty: 'Always `EC`.', crv: 'Always `P-256`.', x: 'First coordinate.', y: 'Second coordinate.' },
  },
  ReceiptDevice: {
    schema: receipt.receiptDeviceSchema,
    description: 'The phone that decided.',
    fields: {
      deviceId: 'The `kid` of the decision.',
      userId: 'Whose phone it was.',
      tokenId: 'The token that it was active with.',
      signingKey: 'The key to verify the decision with.',
      enrolment: 'The event by which the phone was enrolled.',
    },
  },
  ReceiptHead: {
    schema: receipt.receiptHeadSchema,
    description: 'The last event of the record.',
    fields: { seq: 'Its place.', hash: 'Its hash.' },
  },
  ReceiptRecord: {
    schema: receipt.receiptRecordSchema,
    description: 'The change’s part of the token’s record.',
    fields: {
      before: 'The event before; null where there was none.',
      events: 'From the request to the application, without a gap.',
      after: 'The event after; null where there was none yet.',
      head: 'The last event when the receipt was issued.',
    },
  },
  Receipt: {
    schema: receiptResponse,
    description: 'A receipt; its text is the document, byte for byte.',
    fields: {
      format: 'Name and version of the format.',
      issuedAt: 'When it was first issued.',
      keyId: 'RFC 7638 thumbprint of the key that signed it.',
      change: 'What was applied.',
      challenge: 'What the phone signed; null for a block.',
      decision: 'The decision, a compact JWS; null for a block and for a rescue.',
      device: 'The phone that decided; null for a block and for a rescue.',
      record: 'What the token’s record says of it.',
      signature: 'JWS with detached payload: the RFC 8785 form of all other members.',
    },
  },
};
