import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'> {
  readonly children: string;
  readonly variant?: 'primary' | 'secondary' | 'danger' | 'quiet';
  readonly icon?: IconName;
  readonly size?: 'small' | 'large';
}

/** A button; while its work is under way it says so and takes no second press. */
export function Button({ children, variant = 'secondary', icon, size, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={`button button-${variant}${size ? ` button-${size}` : ''}`}>
      {icon ? <Icon name={icon} /> : null}
      <span>{children}</span>
    </AriaButton>
  );
}
