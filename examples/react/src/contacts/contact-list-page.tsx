import { useEffect, useEffectEvent, useState } from 'react';
import { Link, useLocation, useNavigationType, useSearchParams } from 'react-router';
import { Empty, ErrorNotice, Loading } from '../shared/states.tsx';
import { useDebounced } from '../shared/use-debounced.ts';
import { ContactRows } from './contact-rows.tsx';
import { ExportButton } from './export-button.tsx';
import { type ContactList, useContactList } from './hooks.ts';
import { CONTACT_SORT, CONTACT_SORTS, type ContactSort, contactSortOf } from './orders.ts';
import { OrganizationFilter } from './organization-filter.tsx';

const WAIT_MS = 200;

/** What is looked for is in the address, so that it can be kept and sent. */
export function ContactListPage() {
  const [params, setParams] = useSearchParams();
  const search = params.get('search') ?? '';
  const organizationId = params.get('organization');
  const sort = contactSortOf(params.get('order'));
  const list = useContactList({ search, organizationId, sort });
  useBackToTop(list.filter);

  const put = (name: string, value: string | null) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return (
    <div className="page contact-page">
      <title>Contacts · Sheaf</title>
      <div className="page-head contact-tools">
        <h1>
          Contacts <FoundCount list={list} />
        </h1>
        <search>
          <SearchField search={search} onSearch={(text) => put('search', text)} />
          <OrganizationFilter
            organizationId={organizationId}
            onChange={(id) => put('organization', id)}
          />
        </search>
        <div className="contact-files">
          <Link to="/contacts/import">Import</Link>
          <ExportButton search={search} organizationId={organizationId} />
        </div>
      </div>
      <SortChoice
        sort={sort}
        isSearched={search !== ''}
        onChange={(chosen) => put('order', chosen === 'call' ? null : chosen)}
      />
      <ContactListBody list={list} isFiltered={search !== '' || organizationId !== null} />
    </div>
  );
}

interface SortChoiceProps {
  sort: ContactSort;
  isSearched: boolean;
  onChange: (sort: ContactSort) => void;
}

/** The order of the list, and what it means. */
function SortChoice({ sort, isSearched, onChange }: SortChoiceProps) {
  const isBestFirst = isSearched && sort === 'call';
  return (
    <div className="contact-order">
      <p className="muted" id="order-meaning">
        {isBestFirst
          ? 'Those whose name begins with what you typed come first.'
          : CONTACT_SORT[sort].meaning}
      </p>
      <select
        aria-label="Order"
        aria-describedby="order-meaning"
        value={sort}
        onChange={(event) => onChange(contactSortOf(event.target.value))}
      >
        {CONTACT_SORTS.map((one) => (
          <option key={one} value={one}>
            {one === 'call' && isSearched ? 'Best match' : CONTACT_SORT[one].label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A list of other contacts is read from its beginning. */
function useBackToTop(shown: ContactList['filter']) {
  useEffect(() => {
    if (shown) window.scrollTo({ top: 0, behavior: 'instant' });
  }, [shown]);
}

function FoundCount({ list }: { list: ContactList }) {
  const totalCount = list.error && list.isStale ? null : list.totalCount;
  return (
    <span className="muted number" role="status">
      {totalCount?.toLocaleString()}
      <span className="visually-hidden">{totalCount !== null && ' found'}</span>
    </span>
  );
}

function SearchField({ search, onSearch }: { search: string; onSearch: (text: string) => void }) {
  const [typed, setTyped] = useState(search);
  const settled = useDebounced(typed.trim(), WAIT_MS);
  const tell = useEffectEvent(() => {
    if (settled !== search) onSearch(settled);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed is told once it stands still, and not again
  useEffect(() => tell(), [settled]);

  const { key } = useLocation();
  const isOwnStep = useNavigationType() === 'REPLACE';
  const follow = useEffectEvent(() => {
    if (!isOwnStep) setTyped(search);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link or the back button leads to another search, once
  useEffect(() => follow(), [key]);
  return (
    <input
      type="search"
      aria-label="Search contacts"
      placeholder="Search"
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

function ContactListBody({ list, isFiltered }: { list: ContactList; isFiltered: boolean }) {
  if (list.error && (list.isStale || list.contacts.length === 0))
    return <ErrorNotice error={list.error} onRetry={list.retry} />;
  if (list.totalCount === null)
    return <Loading label="Loading contacts" rows={8} rowHeight="3.5rem" />;
  if (list.totalCount > 0) return <ContactRows list={list} />;
  if (isFiltered)
    return <Empty title="Nobody is found">Another spelling, or fewer words, may find more.</Empty>;
  return (
    <Empty title="No contacts yet">
      <p>
        They come from your <Link to="/crm">CRM</Link>, or from{' '}
        <Link to="/contacts/import">a file</Link>.
      </p>
    </Empty>
  );
}
