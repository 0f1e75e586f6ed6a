/** One command on its way to a service in memory. */
export interface Call {
  /** The service as its client is named: `DynamoDB`, `SFN`. */
  readonly service: string;
  /** The operation as its API names it. */
  readonly operation: string;
  readonly input: object;
}

/** The service's answer; the caller has not seen it yet. */
export type Answer = { readonly value: object } | { readonly error: unknown };

/** Run around each command. What `before` throws is lost on the way there; what `after` throws, on the way back. */
export interface Hooks {
  readonly before?: (call: Call) => Promise<void> | void;
  readonly after?: (call: Call, answer: Answer) => Promise<void> | void;
  /** Gives the input that the service gets in place of the call's own: a fault that a test puts in. */
  readonly alter?: (call: Call) => object;
}

interface SentCommand {
  readonly input: object;
}

/** Answers the commands of an SDK client in memory. Each takes effect in one moment, between its two hooks. */
export class MemoryService {
  private readonly answers = new Map<unknown, (input: object) => object>();
  private readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  /** Answers commands of this class; `answer` returns the output's members or throws the SDK's error. */
  on<Input extends object>(
    command: new (input: Input) => { readonly input: Input },
    answer: (input: Input) => object,
  ): this {
    // The class is what is looked up below, so that the input is of its own type.
    this.answers.set(command, (input) => answer(input as Input));
    return this;
  }

  /** An SDK client of this class whose commands are answered here, each between these hooks. */
  client<Client>(type: { readonly prototype: Client }, hooks: Hooks): Client {
    const client = Object.create(type.prototype as object);
    client.send = (command: SentCommand) => this.send(command, hooks);
    return client;
  }

  private async send(command: SentCommand, hooks: Hooks): Promise<object> {
    const answer = this.answers.get(command.constructor);
    const operation = command.constructor.name.replace(/Command$/, '');
    if (!answer) throw new Error(`${this.name} in memory does not answer ${operation}`);
    const call: Call = { service: this.name, operation, input: command.input };
    await hooks.before?.(call);
    const answered = settle(() => answer(hooks.alter?.(call) ?? command.input));
    await hooks.after?.(call, answered);
    if ('error' in answered) throw answered.error;
    return { $metadata: {}, ...answered.value };
  }
}

function settle(answer: () => object): Answer {
  try {
    return { value: answer() };
  } catch (error) {
    return { error };
  }
}

/** An error of a service as the SDK gives it: by its own class, or by its name where the SDK has no class for it. */
export function said(message: string): { readonly message: string; readonly $metadata: Record<string, never> } {
  return { message, $metadata: {} };
}
