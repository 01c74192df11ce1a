import { useClusterControl, useEngine, useInspector } from '../state/inspector.ts';
import { DialogWindow } from '../ui/dialog-window.tsx';
import { PartBoundary } from '../ui/part-boundary.tsx';
import { DisableSheet } from './disable-sheet.tsx';
import { DoctorSheet } from './doctor-sheet.tsx';
import { EmulatorSheet } from './emulator/emulator-sheet.tsx';
import { EnableSheet } from './enable/enable-sheet.tsx';
import './cluster-sheets.css';
import './enable/capture-form.css';
import './enable/review.css';
import './sheet-parts.css';
import './off-and-doctor.css';

const sheets = { enable: EnableSheet, disable: DisableSheet, doctor: DoctorSheet, emulator: EmulatorSheet };

/** The sheet that was opened beside a cluster's card. */
export function ClusterSheets() {
  const { clusterControl } = useInspector();
  const shown = useClusterControl((state) => state.shown);
  const cluster = useEngine((state) => state.clusters?.find(({ id }) => id === shown?.id));
  if (!shown || !cluster) return null;
  const Sheet = sheets[shown.sheet];
  return (
    <DialogWindow className={`cluster-sheet is-${shown.sheet}`} open keepsText onClose={() => clusterControl.hide()}>
      <PartBoundary part="The sheet">
        <Sheet key={`${shown.sheet} ${cluster.id}`} cluster={cluster} />
      </PartBoundary>
    </DialogWindow>
  );
}
