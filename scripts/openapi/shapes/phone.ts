import { challengeSchema, signedPersonSchema } from '../../../shared/domain/change.ts';
import * as responses from '../../../shared/http/responses.ts';
import {
  decisionSchema,
  enrolmentSchema,
  otpVerificationSchema,
  pushTokenUpdateSchema,
} from '../../../shared/http/schemas.ts';
import { sentJwkSchema } from '../../../shared/security/device-key.ts';
import type { Shapes } from '../shape.ts';

/** Requests and answers of phones and of the bank's systems. */
export const PHONE: Shapes = {
  PublicKey: {
    schema: sentJwkSchema,
    description: 'A public P-256 key (RFC 7517). A private key is refused.',
    fields: {
      kty: 'Always `EC`.',
      crv: 'Always `P-256`.',
      x: 'First coordinate, base64url.',
      y: 'Second coordinate, base64url.',
      key_ops: 'Taken and dropped.',
      ext: 'Taken and dropped.',
      alg: 'Taken and dropped.',
      use: 'Taken and dropped.',
      kid: 'Taken and dropped.',
    },
  },
  EnrolmentRequest: {
    schema: enrolmentSchema,
    description: 'A phone to enrol (docs/phone-protocol.md).',
    fields: {
      activationCode: 'The code; only letters and digits count, O is read as 0, I and L as 1.',
      name: 'A name by which the user knows the phone.',
      platform: 'Its system.',
      pushToken: 'The token of FCM or APNs.',
      signingKey: 'The key that decisions are signed by.',
      encryptionKey: 'The key that the seed is sealed to; another one.',
      proof: 'Compact JWS by the signing key, `typ` `device-enrolment+jwt`.',
    },
  },
  Enrolment: {
    schema: responses.enrolmentResponse,
    description: 'An enrolled phone and its seed.',
    fields: {
      deviceId: 'The `kid` of what the phone signs from now on.',
      tokenId: 'The token, now active.',
      seed: 'Compact JWE to the encryption key: secret, algorithm, digits and period of the codes.',
    },
  },
  OwnToken: {
    schema: responses.ownTokenResponse,
    description: 'The caller’s virtual token.',
    fields: { tokenId: 'Its id.', status: 'Its state now.' },
  },
  AppMe: {
    schema: responses.appMeResponse,
    description: 'The caller, as their phone shows them.',
    fields: {
      user: 'The user.',
      device: 'The phone enrolled now; null without one.',
      token: 'Their virtual token.',
      pendingChange: 'The change of their virtual token that is not yet applied, whoever decides it; null if none.',
      physicalToken: 'Their physical token; null without one.',
      retiredDeviceId:
        'The device of the query, if it is a retired one of the caller, else null; absent without the query.',
    },
  },
  PushTokenUpdate: {
    schema: pushTokenUpdateSchema,
    description: 'Another address for a phone’s pushes.',
    fields: { pushToken: 'The new token.', proof: 'Compact JWS by the device’s signing key, `typ` `push-token+jwt`.' },
  },
  SignedPerson: {
    schema: signedPersonSchema,
    description: 'A person in what is signed.',
    fields: { userId: 'The person’s id.', fullName: 'Full name.' },
  },
  Challenge: {
    schema: challengeSchema,
    description: 'What the phone shows and signs, as the service stored it.',
    fields: {
      changeId: 'The change.',
      companyId: 'The company.',
      tokenId: 'The token.',
      holder: 'Whose token it is.',
      action: 'What is asked.',
      reason: 'Why: a code of the catalogue.',
      note: 'The requester’s note; null without one.',
      requestedBy: 'Who asked.',
      createdAt: 'When.',
      expiresAt: 'When the hold ends.',
      nonce: '128 random bits, base64url.',
    },
  },
  ChangeNames: {
    schema: responses.changeNamesResponse,
    description: 'Names to show beside what is signed; no part of it.',
    fields: { company: 'The company’s name.', usernames: 'Usernames by user id.' },
  },
  WaitingChange: {
    schema: responses.waitingChangeResponse,
    description: 'A change that the caller may decide now.',
    fields: {
      changeId: 'Its id.',
      challenge: 'What to show and to sign.',
      attemptsLeft: 'How many codes may still be tried.',
      names: 'Names to show beside it.',
    },
  },
  WaitingChanges: {
    schema: responses.authorizationsResponse,
    description: 'What the caller may decide now.',
    fields: { items: 'The oldest 100.' },
  },
  Decision: {
    schema: decisionSchema,
    description: 'A signed decision.',
    fields: { decision: 'Compact JWS by the device’s signing key, `typ` `token-change-decision+jwt`.' },
  },
  DecisionAnswer: {
    schema: responses.decisionResponse,
    description: 'What became of the change.',
    fields: { changeId: 'Its id.', status: 'Its status now.' },
  },
  OtpVerificationRequest: {
    schema: otpVerificationSchema,
    description: 'A one-time code that somebody typed.',
    fields: {
      userId: 'The user’s id: the `sub` of their tokens.',
      code: 'Six digits; spaces and hyphens do not count.',
    },
  },
  OtpVerification: {
    schema: responses.otpVerificationResponse,
    description: 'The judgement.',
    fields: { valid: 'True once per code. False never says why: wrong, used, blocked, released or unknown.' },
  },
};
