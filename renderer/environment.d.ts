declare module '*.css';

/** Set by the build: true only in the build for the old Electron of the smoke test. */
declare const __OLD_CHROMIUM__: boolean;
