/** Every page by its path. A new feature is a folder beside these, its pages here, and its link in shared/layout.tsx. */
import { lazy } from 'react';
import { Route, Routes } from 'react-router';
import { ClientLayout, ClientStart } from './clients/client-layout.tsx';
import { ClientListPage } from './clients/client-list-page.tsx';
import { IntakePage } from './intake/intake-page.tsx';
import { PacketPage } from './packets/packet-page.tsx';
import { PacketsPage } from './packets/packets-page.tsx';
import { Layout } from './shared/layout.tsx';
import { NotFound } from './shared/states.tsx';

/** Pages that not everybody opens are loaded when somebody does. */
const ContactListPage = lazy(async () => ({ default: (await import('./contacts/contact-list-page.tsx')).ContactListPage }));
const CrmPage = lazy(async () => ({ default: (await import('./crm/crm-page.tsx')).CrmPage }));

export function App() {
  return (
    <Routes>
      <Route element={<Layout />}>
        <Route index element={<ClientListPage />} />
        <Route path="clients/:clientId" element={<ClientLayout />}>
          <Route index element={<ClientStart />} />
          <Route path="intake" element={<IntakePage />} />
          <Route path="packets" element={<PacketsPage />} />
          <Route path="packets/:packetId" element={<PacketPage />} />
        </Route>
        <Route path="contacts" element={<ContactListPage />} />
        <Route path="crm" element={<CrmPage />} />
        <Route path="*" element={<NotFound what="page" />} />
      </Route>
    </Routes>
  );
}
