import { type CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';

/** An alarm that is in another state than when it was last looked at. */
export interface AlarmChange {
  readonly name: string;
  readonly state: string;
  /** The section of the runbook, from the alarm's description. */
  readonly description: string;
}

/** Reports the alarms that changed since the last look; the first look reports those that are not well. */
export class AlarmChanges {
  private readonly cloudWatch: CloudWatchClient;
  private readonly states = new Map<string, string>();

  constructor(cloudWatch: CloudWatchClient) {
    this.cloudWatch = cloudWatch;
  }

  async look(): Promise<AlarmChange[]> {
    const alarms: MetricAlarm[] = [];
    for await (const page of paginateDescribeAlarms({ client: this.cloudWatch }, {})) {
      alarms.push(...(page.MetricAlarms ?? []));
    }
    return alarms.flatMap(({ AlarmName: name = '', StateValue: state = '', AlarmDescription }) => {
      const last = this.states.get(name) ?? 'OK';
      this.states.set(name, state);
      return last === state ? [] : [{ name, state, description: AlarmDescription ?? '' }];
    });
  }
}
