import * as z from 'zod';
import { eventually } from './eventually.ts';
import { stack } from './stack.ts';

const mailSchema = z.looseObject({ To: z.array(z.string()), Subject: z.string() });
/** Reads the mails that the engine was given to send, by account. */
const sentSchema = z.object({ messages: z.record(z.string(), z.array(mailSchema)) });
export type SentMail = z.infer<typeof mailSchema>;

/** The mails that a person was sent, oldest first. */
export async function mailsTo(address: string): Promise<SentMail[]> {
  const response = await fetch(`${stack().endpoint}/_ministack/ses/messages`);
  const { messages } = sentSchema.parse(await response.json());
  return Object.values(messages)
    .flat()
    .filter(({ To }) => To.includes(address));
}

/** Waits for a mail to the person that has all of these texts in it, and gives it as text. */
export async function mailWith(address: string, ...texts: readonly string[]): Promise<string> {
  const isIt = (mail: string) => texts.every((text) => mail.includes(text));
  const read = async () => (await mailsTo(address)).map((mail) => JSON.stringify(mail));
  const found = (await eventually(read, (mails) => mails.some(isIt))).find(isIt);
  return z.string().parse(found);
}
