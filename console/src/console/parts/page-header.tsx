import { Fragment, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { usePageTitle } from './page-title.ts';

export interface Crumb {
  readonly label: string;
  readonly href?: string;
}

export interface PageHeaderProps {
  readonly title: string;
  readonly intro?: string;
  readonly trail: readonly Crumb[];
  readonly children?: ReactNode;
}

/** Where the person is and what this page is for. */
export function PageHeader({ title, intro, trail, children }: PageHeaderProps) {
  const { t } = useTranslation();
  usePageTitle(title);
  return (
    <div className="page-header">
      <nav className="trail" aria-label={t('breadcrumb')}>
        <ol>
          {trail.map(({ label, href }, index) => (
            <Fragment key={label}>
              <li>
                {href ? (
                  <Link href={href}>{label}</Link>
                ) : (
                  <span aria-current={index === trail.length - 1 ? 'page' : undefined}>{label}</span>
                )}
              </li>
            </Fragment>
          ))}
        </ol>
      </nav>
      <div className="page-heading">
        <h1>{title}</h1>
        {children}
      </div>
      {intro ? <p className="intro">{intro}</p> : null}
    </div>
  );
}
