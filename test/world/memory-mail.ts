import { MessageRejected, SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { type Hooks, MemoryService, said } from './memory-service.ts';

/** SES in memory: the mails that verified senders sent, in order. */
export class MemoryMail {
  private readonly service: MemoryService;
  readonly sent: SendEmailCommandInput[] = [];

  constructor(senders: readonly string[]) {
    this.service = new MemoryService('SESv2').on(SendEmailCommand, (mail) => {
      if (!senders.includes(mail.FromEmailAddress ?? '')) {
        throw new MessageRejected(said('Email address is not verified.'));
      }
      this.sent.push(mail);
      return { MessageId: `mail-${this.sent.length}` };
    });
  }

  /** A client of this service; one made for an actor of a simulation has that actor's hooks. */
  client(hooks: Hooks = {}): SESv2Client {
    return this.service.client(SESv2Client, hooks);
  }
}
