import { CrossStackReferences, ReferenceStrength, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge } from '../constructs/acknowledge.ts';
import { AlarmActions } from '../operations/alarm-actions.ts';
import { BurnRateAlarms } from '../operations/burn-rate-alarms.ts';
import { DetailDashboard } from '../operations/detail-dashboard.ts';
import { HealthDashboard } from '../operations/health-dashboard.ts';
import { defineObjectives } from '../operations/objectives.ts';
import { SavedQueries } from '../operations/saved-queries.ts';
import { ServiceAlarms } from '../operations/service-alarms.ts';
import type { Settings } from '../settings.ts';
import type { ServiceStack } from './service-stack.ts';

export interface OperationsStackProps extends StackProps {
  readonly settings: Settings;
  readonly service: ServiceStack;
}

/** The bank's view of the service: health, details, alarms, and saved queries of the logs. */
export class OperationsStack extends Stack {
  constructor(scope: Construct, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    // It watches what others have: a strong reference would keep the service from removing or renaming anything.
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { settings, service } = props;
    const { platform, holdSeconds, alarmEmail, pageEmail = alarmEmail } = settings;
    const objectives = defineObjectives(service, settings);
    const simple = new ServiceAlarms(this, 'Alarms', { service, holdSeconds, periods: platform.alarmPeriods });
    const burning = platform.expressionAlarms ? new BurnRateAlarms(this, 'BurnRates', objectives).all : [];
    const alarms = [...simple.all, ...burning];
    if (alarmEmail === undefined || pageEmail === undefined) {
      acknowledge(simple, ['NIST.800.53.R5-CloudWatchAlarmAction'], 'A local stage tells nobody.');
    } else {
      const { key } = service.log;
      new AlarmActions(this, 'Tell', { alarms, tell: { tickets: alarmEmail, pages: pageEmail }, key });
    }
    new HealthDashboard(this, 'Health', {
      service,
      objectives,
      holdSeconds,
      release: settings.release,
      alarms: alarms.map(({ alarm }) => alarm),
    });
    new DetailDashboard(this, 'Detail', service);
    if (platform.expressionAlarms) new SavedQueries(this, 'Queries', service.logGroups);
  }
}
