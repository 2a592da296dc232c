import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { App } from './app.tsx';
import { NoticesProvider } from './shared/notices.tsx';
import { SessionProvider } from './shared/session.tsx';
import './styles.css';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root.');

createRoot(root).render(
  <StrictMode>
    <BrowserRouter basename={import.meta.env.BASE_URL}>
      <NoticesProvider>
        <SessionProvider>
          <App />
        </SessionProvider>
      </NoticesProvider>
    </BrowserRouter>
  </StrictMode>,
);
