import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import type { TokenKind } from '../api-types.ts';
import { PATHS } from '../paths.ts';

const TABS = [
  { kind: 'VIRTUAL', href: PATHS.virtual, label: 'tokens.tabs.virtual' },
  { kind: 'PHYSICAL', href: PATHS.physical, label: 'tokens.tabs.physical' },
] as const;

/**
 * Virtual and physical tokens, each with an address of its own: links that behave as the tabs pattern of the ARIA
 * practices asks. The component library's tabs would add a tenth to what the first page loads.
 */
export function KindTabs({ kind, children }: { kind: TokenKind; children: ReactNode }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const list = useRef<HTMLDivElement>(null);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = TABS.findIndex((tab) => tab.kind === kind);
    const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    const tab = target === undefined ? undefined : TABS.at(target % TABS.length);
    if (!tab) return;
    event.preventDefault();
    list.current?.querySelector<HTMLElement>(`#tab-${tab.kind}`)?.focus();
    navigate(tab.href);
  };

  return (
    <div>
      <div className="tab-list" role="tablist" aria-label={t('tokens.tabs.label')} ref={list} onKeyDown={onKeyDown}>
        {TABS.map((tab) => (
          <Link
            key={tab.kind}
            id={`tab-${tab.kind}`}
            href={tab.href}
            className="tab"
            role="tab"
            aria-selected={tab.kind === kind}
            aria-controls={tab.kind === kind ? 'tab-panel' : undefined}
            tabIndex={tab.kind === kind ? 0 : -1}
          >
            {t(tab.label)}
          </Link>
        ))}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${kind}`}>
        {children}
      </div>
    </div>
  );
}
