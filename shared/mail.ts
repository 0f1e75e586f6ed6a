import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { hintSettings } from './clients.ts';
import type { Mail } from './domain/notice-mail.ts';

const ses = new SESv2Client(hintSettings);

/** Sends a mail to one person; throws where SES does not accept it. */
export async function sendMail(sender: string, recipient: string, { subject, text, html }: Mail): Promise<void> {
  const Charset = 'UTF-8';
  await ses.send(
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
