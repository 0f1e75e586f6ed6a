import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mail } from '../domain/notice-mail.ts';
import type { Environment } from '../env.ts';
import { hintSettings } from './clients.ts';

/** SES, by which notices are mailed. */
export class Mailbox {
  private readonly client: Pick<SESv2Client, 'send'>;

  constructor(client: Pick<SESv2Client, 'send'>) {
    this.client = client;
  }

  /** Sends a mail to one person; throws where SES does not accept it. */
  async send(sender: string, recipient: string, { subject, text, html }: Mail): Promise<void> {
    const Charset = 'UTF-8';
    await this.client.send(
      new SendEmailCommand({
        FromEmailAddress: sender,
        Destination: { ToAddresses: [recipient] },
        Content: {
          Simple: {
            Subject: { Data: subject, Charset },
            Body: { Text: { Data: text, Charset }, Html: { Data: html, Charset } },
          },
        },
      }),
    );
  }
}

/** The stage's mailbox. */
export function openMailbox(environment: Environment): Mailbox {
  return new Mailbox(new SESv2Client(hintSettings(environment)));
}
