/**
 * Every page by its path. A new feature is a folder beside these, its pages here, and its link in
 * shared/layout.tsx.
 */
import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import { ClientLayout, ClientStart } from './clients/client-layout.tsx';
import { ClientListPage } from './clients/client-list-page.tsx';
import { IntakePage } from './intake/intake-page.tsx';
import { PacketPage } from './packets/packet-page.tsx';
import { PacketsPage } from './packets/packets-page.tsx';
import { Layout } from './shared/layout.tsx';
import { NotFound } from './shared/states.tsx';
import { StartPage } from './start/start-page.tsx';

/** Pages that not everybody opens are loaded when somebody does. */
const PackageListPage = lazy(async () => ({
  default: (await import('./work-packages/package-list-page.tsx')).PackageListPage,
}));
const PackagePage = lazy(async () => ({
  default: (await import('./work-packages/package-page.tsx')).PackagePage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('./settings/settings-page.tsx')).SettingsPage,
}));
const ContactListPage = lazy(async () => ({
  default: (await import('./contacts/contact-list-page.tsx')).ContactListPage,
}));
const ImportPage = lazy(async () => ({
  default: (await import('./imports/import-page.tsx')).ImportPage,
}));
const CrmPage = lazy(async () => ({ default: (await import('./crm/crm-page.tsx')).CrmPage }));
const CampaignListPage = lazy(async () => ({
  default: (await import('./campaigns/campaign-list-page.tsx')).CampaignListPage,
}));
const CampaignPage = lazy(async () => ({
  default: (await import('./campaigns/campaign-page.tsx')).CampaignPage,
}));
const FailedPage = lazy(async () => ({
  default: (await import('./campaigns/failed-page.tsx')).FailedPage,
}));
const WorkflowListPage = lazy(async () => ({
  default: (await import('./workflows/workflow-list-page.tsx')).WorkflowListPage,
}));
const WorkflowPage = lazy(async () => ({
  default: (await import('./workflows/workflow-page.tsx')).WorkflowPage,
}));
const ExecutionPage = lazy(async () => ({
  default: (await import('./workflows/execution-page.tsx')).ExecutionPage,
}));

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<StartPage />} />
        <Route path="packages" element={<PackageListPage />} />
        <Route path="packages/:packageId" element={<PackagePage />} />
        <Route path="clients" element={<ClientListPage />} />
        <Route path="clients/:clientId" element={<ClientLayout />}>
          <Route index element={<ClientStart />} />
          <Route path="intake" element={<IntakePage />} />
          <Route path="packets" element={<PacketsPage />} />
          <Route path="packets/:packetId" element={<PacketPage />} />
        </Route>
        <Route path="contacts" element={<ContactListPage />} />
        <Route path="contacts/import" element={<ImportPage />} />
        <Route path="crm" element={<CrmPage />} />
        <Route path="campaigns" element={<CampaignListPage />} />
        <Route path="campaigns/:campaignId" element={<CampaignPage />} />
        <Route path="campaigns/:campaignId/failed" element={<FailedPage />} />
        <Route path="workflows" element={<WorkflowListPage />} />
        <Route path="workflows/:workflowKey" element={<WorkflowPage />} />
        <Route path="workflows/executions/:executionId" element={<ExecutionPage />} />
        <Route path="settings" element={<SettingsPage />} />
        <Route path="*" element={<NotFound what="page" />} />
      </Route>
    </Routes>
  );
}
