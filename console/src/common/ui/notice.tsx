import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

const ICONS: Record<Tone, IconName> = {
  neutral: 'info',
  info: 'info',
  success: 'check',
  warning: 'alert',
  danger: 'alert',
};

export interface NoticeProps {
  readonly tone: Tone;
  readonly title?: string;
  readonly icon?: IconName;
  readonly children?: ReactNode;
  /** `alert` interrupts whoever listens to the page, `status` waits for a pause. */
  readonly role?: 'alert' | 'status';
}

/** A message in the flow of the page. */
export function Notice({ tone, title, icon = ICONS[tone], children, role }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={role}>
      <Icon name={icon} />
      <div className="notice-body">
        {title ? <p className="notice-title">{title}</p> : null}
        {children}
      </div>
    </div>
  );
}
