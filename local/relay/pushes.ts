import * as z from 'zod';

/** A push that a phone would have received. */
export interface HandedOverPush {
  readonly endpointArn: string;
  readonly pushToken: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The message attributes that SNS was given, such as how long the message is worth delivering. */
  readonly attributes: Readonly<Record<string, string>>;
}

const jsonObject = z.record(z.string(), z.unknown());

/**
 * A published message as the phone would read it: its data at the top (`type`, `changeId`), and beside it what each
 * push service was sent (`GCM`, `APNS`), parsed.
 */
export function pushPayload(endpointArn: string, message: string, structure: string | null): Record<string, unknown> {
  const parsed = structure === 'json' ? parseObject(message) : undefined;
  if (!parsed) return { default: message };
  const platforms = Object.fromEntries(
    Object.entries(parsed).map(([platform, text]) => [
      platform,
      (typeof text === 'string' ? parseObject(text) : undefined) ?? text,
    ]),
  );
  return { ...pushData(platforms[readPlatform(endpointArn)]), ...platforms };
}

/** The message attributes of a publish, as the query protocol numbers them. */
export function messageAttributes(form: URLSearchParams): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let entry = 1; ; entry++) {
    const name = form.get(`MessageAttributes.entry.${entry}.Name`);
    if (name === null) return attributes;
    attributes[name] = form.get(`MessageAttributes.entry.${entry}.Value.StringValue`) ?? '';
  }
}

/** `arn:aws:sns:…:endpoint/GCM/application/id` → `GCM`. */
function readPlatform(endpointArn: string): string {
  return endpointArn.split('/')[1] ?? '';
}

/** FCM v1 carries its data under `fcmV1Message.message.data`, the older form under `data`, APNs beside `aps`. */
function pushData(platform: unknown): Record<string, unknown> {
  const message = jsonObject.safeParse(platform);
  if (!message.success) return {};
  const { aps: _aps, fcmV1Message, data, ...rest } = message.data;
  const fcmV1 = z.object({ message: z.object({ data: jsonObject }) }).safeParse(fcmV1Message);
  if (fcmV1.success) return fcmV1.data.message.data;
  const legacy = jsonObject.safeParse(data);
  if (legacy.success) return legacy.data;
  return rest;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    return jsonObject.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
