/**
 * How files of HTTP captures are called. Packet Inspector 1 had one form up to Aspen Mesh 1.11.8-am2 and another from
 * 1.11.8-am3 on; files of Diameter captures have one form in all versions.
 */
export const fileNameForms = ['am2', 'am3'] as const;

export type FileNameForm = (typeof fileNameForms)[number];

/** The form where no version of Aspen Mesh decides. */
export const currentFileNameForm: FileNameForm = 'am3';
