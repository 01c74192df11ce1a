import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './theme/tokens.css';
import './theme/base.css';
import './ui/controls.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { detectPlatform } from './platform.ts';
import { createInspector, InspectorContext } from './state/inspector.ts';
import { followTheme } from './theme/theme.ts';
import { PartBoundary } from './ui/part-boundary.tsx';

const inspector = createInspector(detectPlatform(), localStorage);
followTheme(inspector.preferences);
inspector.client.start();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <InspectorContext value={inspector}>
      <PartBoundary part="The window">
        <App />
      </PartBoundary>
    </InspectorContext>
  </StrictMode>,
);
