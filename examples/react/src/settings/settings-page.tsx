/** Users and settings of the agency, for its owners. */
import { useState } from 'react';
import { useQuery } from 'urql';
import { ListEnd, type ListPageProps, ListPages, ListWait } from '../shared/list-pages.tsx';
import { Empty, ErrorNotice, Loading } from '../shared/states.tsx';
import { useKept } from '../shared/use-kept.ts';
import { useLiveQuery } from '../shared/use-live.ts';
import { useViewer } from '../shared/viewer.ts';
import { AgencyForm } from './agency-form.tsx';
import { CampaignForm } from './campaign-form.tsx';
import { SETTINGS, USER_LIST } from './documents.ts';
import { NewUserDialog } from './new-user-dialog.tsx';
import { UserRow } from './user-row.tsx';

export function SettingsPage() {
  const viewer = useViewer();
  return (
    <div className="page">
      <title>Settings · Sheaf</title>
      <div className="page-head">
        <h1>Settings</h1>
      </div>
      {viewer?.role === 'OWNER' && <Settings />}
      {viewer && viewer.role !== 'OWNER' && (
        <Empty title="Settings are for owners">
          An owner of {viewer.tenant.name} can change them.
        </Empty>
      )}
    </div>
  );
}

function Settings() {
  const [{ data, error }, retry] = useQuery({ query: SETTINGS, requestPolicy: 'network-only' });
  return (
    <>
      <Users />
      {error && !data && <ErrorNotice error={error} onRetry={retry} />}
      {!error && !data && <Loading label="Loading the settings" rows={2} rowHeight="12rem" />}
      {data && <AgencyForm tenant={data.viewer.tenant} />}
      {data && <CampaignForm settings={data.campaignSettings} />}
    </>
  );
}

function Users() {
  const [isAdding, setIsAdding] = useState(false);
  return (
    <section className="stack" aria-labelledby="users">
      <div className="card-head">
        <h2 id="users">Users</h2>
        <button type="button" className="primary" onClick={() => setIsAdding(true)}>
          New user
        </button>
      </div>
      <ul className="card rows" aria-labelledby="users">
        <ListPages>{(page) => <UserRows {...page} />}</ListPages>
      </ul>
      {isAdding && <NewUserDialog onClose={() => setIsAdding(false)} />}
    </section>
  );
}

function UserRows({ after, onMore }: ListPageProps) {
  const { data, error, retry } = useLiveQuery({ query: USER_LIST, variables: { after } });
  const page = useKept(String(after), { value: data?.users, error });
  if (!page)
    return (
      <ListWait error={error} onRetry={retry} label="Loading users" isFirst={after === null} />
    );
  return (
    <>
      {page.nodes.map((user) => (
        <UserRow key={user.id} user={user} />
      ))}
      <ListEnd
        totalCount={page.totalCount}
        pageInfo={page.pageInfo}
        noun={['user', 'users']}
        onMore={onMore}
      />
    </>
  );
}
