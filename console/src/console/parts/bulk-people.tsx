import { useTranslation } from 'react-i18next';
import type { Chosen, splitChosen } from '../bulk-choice.ts';

/** Whom the action is for, and who is left out. */
export type Groups = ReturnType<typeof splitChosen>;

/** Names everybody the action is for, and everybody who is left out and why. */
export function BulkPeople({ groups: { fit, own, unfit }, forCodes }: { groups: Groups; forCodes: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="bulk-people">
      <PeopleList title={t('bulk.for', { count: fit.length })} people={fit} />
      {unfit.length > 0 ? (
        <PeopleList
          title={t(forCodes ? 'bulk.unfitCodes' : 'bulk.unfitBlock', { count: unfit.length })}
          people={unfit}
        />
      ) : null}
      {own.length > 0 ? <p className="muted">{t('bulk.own')}</p> : null}
    </div>
  );
}

function PeopleList({ title, people }: { title: string; people: readonly Chosen[] }) {
  return (
    <details>
      <summary>{title}</summary>
      <ul className="bulk-list">
        {people.map(({ tokenId, holder }) => (
          <li key={tokenId}>
            {holder.fullName} <span className="muted">{holder.username}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
