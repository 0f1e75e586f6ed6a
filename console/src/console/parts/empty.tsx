import type { ReactNode } from 'react';
import { Icon, type IconName } from '../../common/ui/icon.tsx';

/** Why there is nothing here, and what to do about it. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}
