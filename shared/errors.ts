/** Stable problem codes with their HTTP status and title; Spanish first, English beside it. */
export const PROBLEMS = {
  VALIDATION_FAILED: { status: 400, title: 'Hay datos no válidos · Some data is not valid' },
  IDEMPOTENCY_KEY_REQUIRED: {
    status: 400,
    title: 'Falta el encabezado Idempotency-Key · The Idempotency-Key header is missing',
  },
  MALFORMED_JSON: { status: 400, title: 'El cuerpo no es JSON válido · The body is not valid JSON' },
  DUPLICATE_MEMBER: { status: 400, title: 'Un dato está repetido · A member is repeated' },
  ADMINISTRATOR_ONLY: {
    status: 403,
    title: 'Solo el administrador de la empresa puede hacerlo · Only the company administrator may do this',
  },
  USER_DISABLED: { status: 403, title: 'El usuario no está habilitado · The user is not enabled' },
  OWN_TOKEN: {
    status: 403,
    title: 'Otro administrador debe generar su código · Another administrator must create your code',
  },
  REQUESTER_SUSPENDED: {
    status: 403,
    title: 'Sus solicitudes están suspendidas · Your requests are suspended',
  },
  PROOF_REFUSED: { status: 403, title: 'La firma no fue aceptada · The signature was not accepted' },
  STAFF_REFUSED: {
    status: 403,
    title: 'No se pudo establecer quién lo pide · It could not be established who asks',
  },
  SECOND_PERSON_REQUIRED: {
    status: 403,
    title: 'Otra persona del banco debe confirmarlo · Another person of the bank must confirm it',
  },
  BINDING_CODE_MISMATCH: { status: 403, title: 'El código no coincide · The code does not match' },
  NOT_FOUND: { status: 404, title: 'No encontrado · Not found' },
  ACTION_NOT_AVAILABLE: {
    status: 409,
    title: 'La acción no está disponible en este estado · The action is not available in this state',
  },
  CHANGE_ALREADY_PENDING: {
    status: 409,
    title: 'Ya hay un cambio de estado en curso · A change is already pending',
  },
  CHANGE_CLOSED: { status: 409, title: 'El cambio de estado ya terminó · The change is already closed' },
  CHANGE_NOT_APPLIED: { status: 409, title: 'El cambio de estado no se aplicó · The change was not applied' },
  NO_APPROVER_AVAILABLE: {
    status: 409,
    title:
      'Nadie puede autorizar este cambio; comuníquese con el banco · Nobody can authorize this change; call the bank',
  },
  DEVICE_ALREADY_ENROLLED: { status: 409, title: 'El token ya está habilitado · The token is already enrolled' },
  KEY_ALREADY_BOUND: { status: 409, title: 'La llave ya fue usada · The key was used before' },
  ACTIVATION_CODE_INVALID: {
    status: 410,
    title: 'El código de activación no es válido · The activation code is not valid',
  },
  BODY_TOO_LARGE: { status: 413, title: 'El cuerpo supera 16 KiB · The body is over 16 KiB' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'El cuerpo debe ser application/json · The body must be application/json',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'La llave de idempotencia ya se usó para otra solicitud · The key was used for another request',
  },
  TOO_MANY_REQUESTS: { status: 429, title: 'Demasiadas solicitudes; espere · Too many requests; wait' },
  INTERNAL: { status: 500, title: 'No se pudo completar; intente de nuevo · It could not be done; try again' },
  UNAVAILABLE: { status: 503, title: 'Hay mucha actividad; intente de nuevo · Busy; try again' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One bad field of a request: a dotted path and what is wrong with it. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** Members a problem may carry beside those of RFC 9457. */
export interface ProblemExtensions {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly attemptsLeft?: number;
  readonly change?: { readonly changeId: string; readonly status: string };
  readonly support?: unknown;
}

/** A refusal the caller is told about: only its code and extensions leave the service (RFC 9457). */
export class ProblemError extends Error {
  // A literal: minifiers rename classes.
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly extensions: ProblemExtensions;
  /** Seconds for the Retry-After header. */
  readonly retryAfter: number | undefined;

  constructor(code: ProblemCode, extensions: ProblemExtensions = {}, retryAfter?: number) {
    super(code);
    this.code = code;
    this.extensions = extensions;
    this.retryAfter = retryAfter;
  }
}

/** The items that were read have changed: read again and decide again. */
export class StaleDecisionError extends Error {
  override readonly name = 'StaleDecisionError';
}

/** The request names bad fields. */
export function validationFailed(...errors: FieldError[]): ProblemError {
  return new ProblemError('VALIDATION_FAILED', { errors });
}
