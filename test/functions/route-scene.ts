import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import type { HeldChange } from '../../shared/domain/change.ts';
import type { User } from '../../shared/domain/user.ts';
import { ROUTES } from '../../shared/routes.ts';
import { requestChange } from '../../shared/use-cases/request-change.ts';
import { aHeldChange, aHolder, aToken, aUser, withPending } from '../fixtures.ts';
import { given } from '../world/given.ts';
import { enrolledPhone } from '../world/phone.ts';
import { standIn } from '../world/stand-in.ts';
import { type MemoryWorld, memoryWorld } from '../world/world.ts';

export type FunctionName = (typeof ROUTES)[number]['functionName'];

/** A call beside its route; a body is sent as JSON. */
export interface Call {
  readonly by?: User | null;
  /** When the caller signed in, as their token says it. */
  readonly authTime?: number;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

export const admin = aUser();
export const holder = aHolder();
export const ofHolder = { tokenId: holder.tokenId };
export const withKey = { 'Idempotency-Key': 'key-1' };

/** A user's token that is not enrolled yet. */
export const waits = (of: User, members = {}) => {
  const { userId, fullName, username, role, tokenId } = of;
  const holding = { userId, fullName, username, role };
  return aToken({ tokenId, holder: holding, status: 'PENDING_ENROLLMENT', device: null, ...members });
};

/** The clients of the handlers answer from a new world, with a company, its administrator and a holder's token. */
export function routeWorld(): MemoryWorld {
  const world = memoryWorld();
  standIn(world);
  given(world, { companyId: 'DEMO', name: 'Demo', authorizationPolicy: 'REQUESTER' }, admin, holder, aToken());
  return world;
}

/** The company's administrator has an enrolled phone that is older than what is requested after it. */
export async function administratorsPhone(world: MemoryWorld) {
  given(world, waits(admin));
  const phone = await enrolledPhone(world, admin);
  world.clock.advance(1000);
  jest.setSystemTime(world.clock.now());
  return phone;
}

export const request = (world: MemoryWorld, action: 'BLOCK' | 'RELEASE') => {
  const reason = action === 'BLOCK' ? 'SUSPECTED_FRAUD' : 'PHONE_CHANGED';
  const asked = { action, reason, note: null, idempotencyKey: 'key-1', requestId: 'request-1' };
  return requestChange(world, { caller: admin, tokenId: holder.tokenId, ...asked });
};

export function held(world: MemoryWorld): HeldChange {
  const change = aHeldChange();
  given(world, withPending(aToken(), change), change);
  return change;
}

const context = { getRemainingTimeInMillis: () => 10_000 } as Context;

/** Calls a route as the gateway does. */
export async function call(functionName: FunctionName, { by = admin, authTime, path, query, headers, body }: Call) {
  const route = ROUTES.find((each) => each.functionName === functionName);
  const event = {
    httpMethod: route?.method,
    resource: route?.path,
    headers: { Origin: 'https://console.test', ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
    body: body ? JSON.stringify(body) : null,
    isBase64Encoded: false,
    pathParameters: path ?? null,
    queryStringParameters: query ?? null,
    multiValueQueryStringParameters: null,
    requestContext: {
      requestId: 'request-1',
      authorizer: { claims: by ? { sub: by.userId, ...(authTime ? { auth_time: String(authTime) } : {}) } : {} },
    },
  };
  const { handler }: { handler(event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> } =
    await import(`../../functions/${functionName}/handler.ts`);
  // The members that a handler reads; the gateway's event has many more.
  const answer = await handler(event as unknown as APIGatewayProxyEvent, context);
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.body.startsWith('{') ? JSON.parse(answer.body) : answer.body || undefined,
  };
}
