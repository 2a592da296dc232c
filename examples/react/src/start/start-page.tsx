/** The first page: what needs somebody of the agency today, or what a portal user has. */
import { Loading } from '../shared/states.tsx';
import { useViewer } from '../shared/viewer.ts';
import { Dashboard } from './dashboard.tsx';
import { PortalStart } from './portal-start.tsx';

export function StartPage() {
  const viewer = useViewer();
  if (!viewer)
    return (
      <div className="page">
        <Loading label="Loading" rows={3} rowHeight="8rem" />
      </div>
    );
  return viewer.role === 'CLIENT' ? <PortalStart viewer={viewer} /> : <Dashboard viewer={viewer} />;
}
