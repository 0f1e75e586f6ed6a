import '../styles/dialog-layer.css';
import { type ReactNode, useEffect } from 'react';
import { Button } from 'react-aria-components/Button';
import { Dialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { I18nProvider } from 'react-aria-components/I18nProvider';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { useTranslation } from 'react-i18next';
import { focusOnHeadingIfAdrift } from '../focus.ts';
import { Icon } from './icon.tsx';

export interface ModalDialogProps {
  readonly title: string;
  readonly closeLabel: string;
  readonly onClose: () => void;
  /** While something that was sent is not answered, the dialog stays. */
  readonly busy?: boolean;
  readonly role?: 'dialog' | 'alertdialog';
  readonly children: ReactNode;
}

/** A dialog over the page: keeps the focus, closes with Escape, gives the focus back. */
export function ModalDialog({ title, closeLabel, onClose, busy = false, role = 'dialog', children }: ModalDialogProps) {
  const { i18n } = useTranslation();
  // The control that opened it may be gone, or it was opened by its address.
  useEffect(() => focusOnHeadingIfAdrift, []);
  return (
    <I18nProvider locale={i18n.language === 'en' ? 'en-GB' : 'es-CO'}>
      <ModalOverlay
        className="overlay"
        isOpen
        isDismissable={false}
        isKeyboardDismissDisabled={busy}
        onOpenChange={(open) => {
          if (!open) onClose();
        }}
      >
        <Modal className="modal">
          <Dialog className="dialog" role={role}>
            <header className="dialog-header">
              <Heading slot="title" level={2}>
                {title}
              </Heading>
              <Button className="icon-button" aria-label={closeLabel} onPress={onClose} isDisabled={busy}>
                <Icon name="cross" />
              </Button>
            </header>
            {children}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </I18nProvider>
  );
}
