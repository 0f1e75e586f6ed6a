import type { Token } from '../api-types.ts';

/** Props of a dialog about a token. */
export interface TokenDialogProps {
  readonly token: Token;
  readonly onClose: () => void;
  /** Tells that something was sent and is not answered: the dialog stays open for it. */
  readonly onBusy: (busy: boolean) => void;
  /** Tells that what the dialog shows is lost with it: closing asks first. */
  readonly onKeep: (keep: boolean) => void;
}
