import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { FocusReturn } from './focus-return.ts';

interface Props {
  readonly open: boolean;
  readonly className: string;
  /** What is written in it is not lost by a click beside it. */
  readonly keepsText?: boolean;
  onClose(): void;
  /** The keyboard is back where it was before. */
  onClosed?(): void;
  readonly children: ReactNode;
}

/** A dialog in front of the window. Whatever opened it, the keyboard goes back there when it is closed. */
export function DialogWindow({ open, className, keepsText = false, onClose, onClosed, children }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={onClose}>
      <Dialog.Portal>
        {/* Dialog.Overlay would lock scrolling by a style element, which the content security policy refuses. */}
        <div className="dialog-shade" />
        <Dialog.Content
          className={`dialog ${className}`}
          aria-describedby={undefined}
          onOpenAutoFocus={() => focusReturn.leave()}
          onCloseAutoFocus={(event) => {
            // Radix knows only buttons of its own as what opened a dialog.
            event.preventDefault();
            focusReturn.comeBack();
            onClosed?.();
          }}
          onPointerDownOutside={(event) => {
            if (keepsText) event.preventDefault();
          }}
        >
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const focusReturn = new FocusReturn();
