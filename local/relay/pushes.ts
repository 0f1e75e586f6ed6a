import { GetEndpointAttributesCommand, NotFoundException, type SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod';

/** A push that a phone would have received. */
export interface HandedOverPush {
  readonly endpointArn: string;
  readonly pushToken: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** The message attributes that SNS was given, such as how long the message is worth delivering. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** SNS names an endpoint `endpoint/GCM/application/id`, the engine `app/GCM/application/id`. */
const PLATFORM_ENDPOINT = /:(?:endpoint|app)\/([^/]+)\/[^/]+\/[^/]+$/;

const jsonObject = z.record(z.string(), z.unknown());

/** Reads the push of a publish that the engine took and dropped; undefined for one to nobody's phone. */
export async function readPush(sns: SNSClient, body: Buffer): Promise<HandedOverPush | undefined> {
  const form = new URLSearchParams(body.toString());
  const endpointArn = form.get('TargetArn') ?? '';
  const platform = PLATFORM_ENDPOINT.exec(endpointArn)?.[1];
  if (!platform) return undefined;
  try {
    const { Attributes } = await sns.send(new GetEndpointAttributesCommand({ EndpointArn: endpointArn }));
    const payload = readPayload(platform, form.get('Message') ?? '', form.get('MessageStructure'));
    return { endpointArn, pushToken: Attributes?.Token ?? '', payload, attributes: readAttributes(form) };
  } catch (error) {
    // Deleted in between.
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

/** The message as the phone would read it: its data at the top, and beside it what each push service was sent, parsed. */
function readPayload(platform: string, message: string, structure: string | null): Record<string, unknown> {
  const parsed = structure === 'json' ? jsonObject.safeParse(parse(message)).data : undefined;
  if (!parsed) return { default: message };
  const services = Object.fromEntries(Object.entries(parsed).map(([service, sent]) => [service, parse(sent)]));
  return { ...readData(services[platform]), ...services };
}

/** FCM v1 carries its data under `fcmV1Message.message.data`, the older form under `data`, APNs beside `aps`. */
function readData(sent: unknown): Record<string, unknown> {
  const { aps: _aps, fcmV1Message, data, ...rest } = jsonObject.safeParse(sent).data ?? {};
  const fcmV1 = z.object({ message: z.object({ data: jsonObject }) }).safeParse(fcmV1Message).data;
  return fcmV1?.message.data ?? jsonObject.safeParse(data).data ?? rest;
}

/** A JSON object in a text; anything else as it is. */
function parse(text: unknown): unknown {
  try {
    return jsonObject.parse(JSON.parse(String(text)));
  } catch {
    return text;
  }
}

/** The message attributes of a publish, as the query protocol numbers them. */
function readAttributes(form: URLSearchParams): Record<string, string> {
  const names = [...form].filter(([member]) => /^MessageAttributes\.entry\.\d+\.Name$/.test(member));
  return Object.fromEntries(
    names.map(([member, name]) => [name, form.get(member.replace(/Name$/, 'Value.StringValue')) ?? '']),
  );
}
