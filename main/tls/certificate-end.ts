import { X509Certificate } from 'node:crypto';
import { errorText } from '../log.ts';
import type { IdentitySource } from './certificate-files.ts';

/** Until when the certificate in use is valid, milliseconds since the epoch, and what is wrong with that; '' when nothing is. */
export function certificateEnd(source: IdentitySource): { readonly end: number; readonly problem: string } {
  try {
    const end = new X509Certificate(source.current().cert).validToDate;
    const hasEnded = end.getTime() <= Date.now();
    return {
      end: end.getTime(),
      problem: hasEnded ? `the certificate has ended at ${end.toISOString()} and was not renewed` : '',
    };
  } catch (error) {
    return { end: Number.NaN, problem: `the certificate cannot be read: ${errorText(error)}` };
  }
}
