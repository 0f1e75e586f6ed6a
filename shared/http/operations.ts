import type * as z from 'zod/mini';
import type { ProblemCode } from '../errors.ts';
import type { ROUTES } from '../routes.ts';
import { CHANGE_COLUMNS, EVENT_COLUMNS, TOKEN_COLUMNS } from './csv-columns.ts';
import * as responses from './responses.ts';
import * as schemas from './schemas.ts';

/** The OpenAPI document's part on a route beyond its method, path and scopes. */
export interface Operation {
  readonly summary: string;
  readonly path?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
  readonly body?: z.ZodMiniType;
  readonly idempotencyKey?: boolean;
  /** The columns of its answer as CSV, where it has that form. */
  readonly csvColumns?: readonly string[];
  /** Answer by status; null where it has no body. */
  readonly responses: Readonly<Record<number, z.ZodMiniType | null>>;
  /** Its own problems, beside those every route has. */
  readonly problems: readonly ProblemCode[];
}

type FunctionName = (typeof ROUTES)[number]['functionName'];

const BODY: readonly ProblemCode[] = ['MALFORMED_JSON', 'DUPLICATE_MEMBER', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

/** One operation per route, by the function that serves it. */
export const OPERATIONS: Readonly<Record<FunctionName, Operation>> = {
  'get-me': {
    summary: 'The caller, their company and what they may do',
    responses: { 200: responses.meResponse },
    problems: [],
  },
  'list-tokens': {
    summary: 'The company’s tokens by holder’s name',
    query: schemas.tokenQuerySchema,
    responses: { 200: responses.tokenPageResponse },
    csvColumns: TOKEN_COLUMNS,
    problems: ['ADMINISTRATOR_ONLY'],
  },
  'get-token': {
    summary: 'A token, and whether anybody could authorize its changes',
    path: schemas.tokenPathSchema,
    responses: { 200: responses.tokenDetailsResponse },
    problems: ['ADMINISTRATOR_ONLY', 'NOT_FOUND'],
  },
  'list-events': {
    summary: 'The token’s record, newest first',
    path: schemas.tokenPathSchema,
    query: schemas.eventQuerySchema,
    responses: { 200: responses.eventPageResponse },
    problems: ['ADMINISTRATOR_ONLY', 'NOT_FOUND'],
  },
  'list-company-events': {
    summary: 'The record of the whole company, newest first: all tokens’, and the company’s own (tokenId null)',
    query: schemas.companyEventQuerySchema,
    responses: { 200: responses.companyEventPageResponse },
    csvColumns: EVENT_COLUMNS,
    problems: ['ADMINISTRATOR_ONLY'],
  },
  'list-reasons': {
    summary: 'The catalogue of reasons',
    query: schemas.reasonQuerySchema,
    responses: { 200: responses.reasonsResponse },
    problems: ['ADMINISTRATOR_ONLY'],
  },
  'request-change': {
    summary: 'Requests a change: 201 for a block, applied at once; 202 for a release or unblock, held',
    path: schemas.tokenPathSchema,
    body: schemas.changeRequestSchema,
    idempotencyKey: true,
    responses: { 201: responses.changeResponse, 202: responses.changeResponse },
    problems: [
      ...BODY,
      'IDEMPOTENCY_KEY_REQUIRED',
      'ADMINISTRATOR_ONLY',
      'REQUESTER_SUSPENDED',
      'NOT_FOUND',
      'IDEMPOTENCY_KEY_REUSED',
      'CHANGE_ALREADY_PENDING',
      'ACTION_NOT_AVAILABLE',
      'NO_APPROVER_AVAILABLE',
      'TOO_MANY_REQUESTS',
    ],
  },
  'list-changes': {
    summary: 'The company’s changes, newest first',
    query: schemas.changeQuerySchema,
    responses: { 200: responses.changePageResponse },
    csvColumns: CHANGE_COLUMNS,
    problems: ['ADMINISTRATOR_ONLY'],
  },
  'get-change': {
    summary: 'A change',
    path: schemas.changePathSchema,
    responses: { 200: responses.changeResponse },
    problems: ['ADMINISTRATOR_ONLY', 'NOT_FOUND'],
  },
  'cancel-change': {
    summary: 'Cancels a held change; repeatable',
    path: schemas.changePathSchema,
    responses: { 200: responses.changeResponse },
    problems: ['ADMINISTRATOR_ONLY', 'NOT_FOUND', 'ACTION_NOT_AVAILABLE', 'CHANGE_CLOSED'],
  },
  'get-receipt': {
    summary: 'The signed receipt of an applied change; its text is the document, byte for byte (docs/receipt.md)',
    path: schemas.changePathSchema,
    responses: { 200: responses.receiptResponse },
    problems: ['ADMINISTRATOR_ONLY', 'NOT_FOUND', 'CHANGE_NOT_APPLIED'],
  },
  'create-activation-code': {
    summary: 'A new activation code, shown once',
    path: schemas.tokenPathSchema,
    responses: { 201: responses.activationCodeResponse },
    problems: ['ADMINISTRATOR_ONLY', 'OWN_TOKEN', 'NOT_FOUND', 'ACTION_NOT_AVAILABLE', 'TOO_MANY_REQUESTS'],
  },
  'get-support': {
    summary: 'The bank’s support lines and hours',
    responses: { 200: responses.supportResponse },
    problems: [],
  },
  'enrol-device': {
    summary: 'Enrols a phone',
    body: schemas.enrolmentSchema,
    responses: { 201: responses.enrolmentResponse },
    problems: [
      ...BODY,
      'PROOF_REFUSED',
      'DEVICE_ALREADY_ENROLLED',
      'ACTION_NOT_AVAILABLE',
      'ACTIVATION_CODE_INVALID',
      'KEY_ALREADY_BOUND',
    ],
  },
  'get-app-me': {
    summary:
      'The caller’s user, phone and tokens; with a device id, also whether the caller’s device of that id is retired',
    query: schemas.appMeQuerySchema,
    responses: { 200: responses.appMeResponse },
    problems: [],
  },
  'update-push-token': {
    summary: 'Gives the phone’s pushes another token',
    path: schemas.devicePathSchema,
    body: schemas.pushTokenUpdateSchema,
    responses: { 204: null },
    problems: [...BODY, 'PROOF_REFUSED', 'NOT_FOUND'],
  },
  'list-authorizations': {
    summary: 'The held changes the caller may decide now, the oldest 100',
    responses: { 200: responses.authorizationsResponse },
    problems: [],
  },
  'decide-change': {
    summary: 'Records a signed decision',
    path: schemas.changePathSchema,
    body: schemas.decisionSchema,
    responses: { 200: responses.decisionResponse },
    problems: [...BODY, 'NOT_FOUND', 'PROOF_REFUSED', 'BINDING_CODE_MISMATCH', 'CHANGE_CLOSED', 'TOO_MANY_REQUESTS'],
  },
  'verify-otp': {
    summary: 'Verifies a one-time code: the user’s, now and for the first time',
    body: schemas.otpVerificationSchema,
    responses: { 200: responses.otpVerificationResponse },
    problems: [...BODY, 'TOO_MANY_REQUESTS'],
  },
};
