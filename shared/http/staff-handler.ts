import type { Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Staff } from '../domain/staff.ts';
import { PROBLEMS, type ProblemCode } from '../errors.ts';
import { inRunTime, type RunClock } from '../run-time.ts';
import { unqualifiedArn } from '../security/rescue-binding.ts';
import { staffProofSchema, verifyStaff } from '../security/verify-staff.ts';
import { inStory, log } from '../telemetry/log.ts';
import { count } from '../telemetry/metrics.ts';
import type { Uses } from '../world.ts';
import { parseWith } from './parse.ts';
import { asProblem } from './problem.ts';

/** A request of the bank's staff past the edge: parsed, and whoever makes it known. */
export interface StaffRequest<R> {
  readonly staff: Staff;
  readonly request: R;
  readonly requestId: string;
}

/** The answer to the caller: the outcome, or why it was refused. */
export type StaffAnswer<A> = { readonly done: A } | { readonly problem: StaffProblem };

export interface StaffProblem {
  readonly code: ProblemCode;
  readonly title: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly change?: { readonly changeId: string; readonly status: string };
}

const eventSchema = z.strictObject({ request: z.unknown(), proof: staffProofSchema });

/** A function that the bank's staff call directly: who they are is proven by what they signed, not by the call. */
export function staffHandler<R extends z.ZodMiniType, A>(
  { clock, settings }: Uses<'clock', 'awsEndpoint' | 'rescueRoleArn'>,
  schema: R,
  handle: (request: StaffRequest<z.output<R>>) => Promise<A>,
) {
  async function serve(event: unknown, context: Pick<Context, 'invokedFunctionArn' | 'awsRequestId'>) {
    try {
      const { request: asked, proof } = parseWith(eventSchema, event);
      const request: z.output<R> = parseWith(schema, asked, 'request');
      const audience = unqualifiedArn(context.invokedFunctionArn);
      const { awsEndpoint: endpoint, rescueRoleArn: roleArn } = settings;
      const staff = await verifyStaff(proof, { audience, roleArn, request, now: clock.now(), endpoint });
      return { done: await handle({ staff, request, requestId: context.awsRequestId }) } satisfies StaffAnswer<A>;
    } catch (error) {
      return { problem: refuse(error) } satisfies StaffAnswer<A>;
    }
  }

  return (event: unknown, context: Pick<Context, 'invokedFunctionArn' | 'awsRequestId'> & RunClock) =>
    inStory(context.awsRequestId, () => inRunTime(context, () => serve(event, context)));
}

function refuse(error: unknown): StaffProblem {
  const { code, extensions } = asProblem(error);
  const { status, title } = PROBLEMS[code];
  if (status >= 500) log.error('staff request failed', error, { code });
  else log.info('staff request refused', { code });
  count('Refusals', code);
  const { errors, change } = extensions;
  return { code, title, ...(errors ? { errors } : {}), ...(change ? { change } : {}) };
}
