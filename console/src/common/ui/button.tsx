import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'isPending'> {
  readonly children: string;
  readonly variant?: 'primary' | 'secondary' | 'danger' | 'quiet';
  readonly icon?: IconName;
  readonly size?: 'small' | 'large';
  /** Its action is under way: it keeps the focus and takes no second press. */
  readonly isPending?: boolean;
}

/** A button of either page. */
export function Button({ children, variant = 'secondary', icon, size, isPending = false, ...props }: ButtonProps) {
  // Not the library's own pending state: its announcement refers to the button, and outlives it on a page left behind.
  const pending = isPending ? { 'aria-disabled': 'true' as const, type: 'button' as const, onPress: () => {} } : {};
  return (
    <AriaButton {...props} {...pending} className={`button button-${variant}${size ? ` button-${size}` : ''}`}>
      {icon ? <Icon name={icon} /> : null}
      <span aria-live="polite">{children}</span>
    </AriaButton>
  );
}
