import * as z from 'zod/mini';

/**
 * Milliseconds; longer than all the tries of one call to SNS take. After it, no deletion that began before is still
 * under way, even if its function was killed.
 */
export const DELETION_MS = 30_000;

/** A push endpoint and the phones woken through it: one handset may serve several users. */
export const endpointSchema = z.object({
  endpointArn: z.string(),
  /** Ids of the devices; the endpoint is deleted with the last of them. */
  devices: z.array(z.string()),
  /** Set while somebody deletes it: until then nobody may count on its being there. */
  deletingUntil: z.optional(z.string()),
  version: z.number(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

export function newEndpoint(endpointArn: string): Endpoint {
  return { endpointArn, devices: [], version: 0 };
}

/** Adds a phone to those that the endpoint wakes. */
export function join({ endpointArn, devices, version }: Endpoint, deviceId: string): Endpoint {
  return { endpointArn, devices: [...devices.filter((other) => other !== deviceId), deviceId], version: version + 1 };
}

/** Takes a phone off the endpoint, and begins to delete it, or begins again, where no other is left. */
export function leave({ endpointArn, devices, version }: Endpoint, deviceId: string, now: Date): Endpoint {
  const others = devices.filter((other) => other !== deviceId);
  const next = { endpointArn, devices: others, version: version + 1 };
  return others.length > 0 ? next : { ...next, deletingUntil: new Date(now.getTime() + DELETION_MS).toISOString() };
}

/** The endpoint once it is deleted: kept for a while, so that whoever read it before finds that it changed. */
export function deleted({ endpointArn, devices, version }: Endpoint): Endpoint {
  return { endpointArn, devices, version: version + 1 };
}

export function isBeingDeleted({ deletingUntil }: Endpoint, now: Date): boolean {
  return deletingUntil !== undefined && now.getTime() < Date.parse(deletingUntil);
}
